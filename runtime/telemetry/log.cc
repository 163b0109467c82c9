#include "telemetry/log.h"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <string>

namespace wharf::telemetry {

std::shared_ptr<Log> make_log(spdlog::level::level_enum level) {
  auto log = std::make_shared<Log>("wharf", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  log->set_level(level);
  log->set_pattern("%Y-%m-%d %H:%M:%S.%e %l %v");
  log->flush_on(spdlog::level::debug);
  return log;
}

std::string printable(std::string_view text, size_t limit) {
  std::string out;
  for (char c : text.substr(0, limit)) {
    unsigned char byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  if (text.size() > limit) out += "…";
  return out;
}

}  // namespace wharf::telemetry
