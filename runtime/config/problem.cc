#include "config/problem.h"

#include <fmt/format.h>

namespace wharf::config {

std::string Problem::text() const {
  std::string out = where.file;
  if (where.line > 0) out += fmt::format(":{}:{}", where.line, where.column);
  out += fmt::format("{}{}", out.empty() ? "" : ": ", what);
  if (!remedy.empty()) out += fmt::format(": {}", remedy);
  return out;
}

}  // namespace wharf::config
