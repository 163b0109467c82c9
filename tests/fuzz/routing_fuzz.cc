// Any pattern against any path, one in each half of the input, parted by the first zero byte: a match that is
// a part of the path, no match, or a problem, in time linear in the path.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "routing/table.h"

namespace {

using namespace wharf;

void require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "routing_fuzz: %s\n", what);
  std::abort();
}

void check(config::Route::Kind kind, std::string_view pattern, std::string_view path) {
  config::Route route;
  route.kind = kind;
  route.pattern = pattern;
  tl::expected<routing::Table, config::Problems> table = routing::Table::compile({route});
  if (!table) {
    require(table.error().size() == 1 && !table.error()[0].remedy.empty(), "a refusal without a remedy");
    require(table.error()[0].text().find('\n') == std::string::npos, "a problem of several lines");
    return;
  }
  std::optional<routing::Match> match = table->match(path);
  if (!match) return;
  require(path.ends_with(match->path_remaining), "what remains is not the end of the path");
  require(kind != config::Route::Kind::Path || match->path_remaining.empty(), "a path() matched a part");
  bool named = !match->captures.empty() && !match->captures[0].name.empty();
  for (const routing::Capture& capture : match->captures) {
    require(capture.name.empty() != named, "named and positional captures together");
    require(path.find(capture.text) != std::string_view::npos, "a capture that is not in the path");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  size_t zero = input.find('\0');
  std::string_view pattern = input.substr(0, zero);
  std::string_view path = zero == std::string_view::npos ? "" : input.substr(zero + 1);
  check(config::Route::Kind::Regex, pattern, path);
  check(config::Route::Kind::Path, pattern, path);
  return 0;
}
