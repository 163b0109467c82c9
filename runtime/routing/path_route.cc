#include "routing/path_route.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "config/quote.h"
#include "config/suggest.h"

namespace wharf::routing {

namespace {

struct Converter {
  std::string_view name;
  std::string_view re2;
};

constexpr std::array converters = {
    Converter{"int", "[0-9]+"},
    Converter{"path", ".+"},
    Converter{"slug", "[-a-zA-Z0-9_]+"},
    Converter{"str", "[^/]+"},
    Converter{"uuid", "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"},
};

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool is_identifier(std::string_view text) {
  auto good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !text.empty() && !(text[0] >= '0' && text[0] <= '9') && std::all_of(text.begin(), text.end(), good);
}

size_t characters(std::string_view text) {
  return static_cast<size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::optional<Refusal> check_whole(std::string_view route) {
  if (route.starts_with('/')) {
    return Refusal{1, "it begins with a slash, and paths are matched without theirs", "remove the slash"};
  }
  if (route.starts_with('^') || route.ends_with('$') || route.find("(?P<") != std::string_view::npos) {
    return Refusal{1, "it looks like a regular expression", "write `url:` instead of `path:`"};
  }
  return std::nullopt;
}

// One <converter:name> or <name>, without the angle brackets.
std::optional<Refusal> add_parameter(std::string_view inside, size_t character, std::set<std::string>& names,
                                     PathRoute& out) {
  if (std::any_of(inside.begin(), inside.end(), is_space)) {
    return Refusal{character, "there is white space between angle brackets", "write it like <int:page>"};
  }
  size_t colon = inside.find(':');
  std::string_view kind = colon == std::string_view::npos ? "str" : inside.substr(0, colon);
  std::string name(colon == std::string_view::npos ? inside : inside.substr(colon + 1));
  auto converter = std::find_if(converters.begin(), converters.end(),
                                [kind](const Converter& c) { return c.name == kind; });
  if (converter == converters.end()) {
    std::vector<std::string> known;
    known.reserve(converters.size());
    for (const Converter& each : converters) known.emplace_back(each.name);
    return Refusal{character, "unknown converter " + config::quote(kind), config::suggest(kind, known)};
  }
  if (!is_identifier(name)) {
    return Refusal{character, config::quote(name) + " cannot be the name of a parameter",
                   "use ASCII letters, digits and `_`"};
  }
  if (!names.insert(name).second) {
    return Refusal{character, fmt::format("a second parameter is called `{}`", name), "rename one"};
  }
  out.re2 += fmt::format("(?P<{}>{})", name, converter->re2);
  if (kind == "int") out.integers.insert(name);
  return std::nullopt;
}

}  // namespace

tl::expected<PathRoute, Refusal> translate_path(std::string_view route) {
  if (std::optional<Refusal> refusal = check_whole(route)) return tl::make_unexpected(std::move(*refusal));
  PathRoute out;
  std::set<std::string> names;
  size_t at = 0;
  while (at < route.size()) {
    size_t open = std::min(route.find('<', at), route.size());
    std::string_view text = route.substr(at, open - at);
    if (size_t stray = text.find('>'); stray != std::string_view::npos) {
      return tl::make_unexpected(Refusal{characters(route.substr(0, at + stray)) + 1,
                                         "this `>` closes nothing", "write parameters like <int:page>"});
    }
    out.re2 += RE2::QuoteMeta(re2::StringPiece(text.data(), text.size()));
    if (open == route.size()) break;
    size_t character = characters(route.substr(0, open)) + 1;
    size_t close = route.find('>', open);
    if (close == std::string_view::npos) {
      return tl::make_unexpected(
          Refusal{character, "this `<` is not closed", "write parameters like <int:page>"});
    }
    std::optional<Refusal> refusal =
        add_parameter(route.substr(open + 1, close - open - 1), character, names, out);
    if (refusal) return tl::make_unexpected(std::move(*refusal));
    at = close + 1;
  }
  return out;
}

}  // namespace wharf::routing
