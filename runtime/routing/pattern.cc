#include "routing/pattern.h"

#include <fmt/format.h>

#include <utility>

#include "config/quote.h"
#include "routing/path_route.h"
#include "routing/python_regex.h"

namespace wharf::routing {

namespace {

// The program and its state caches together. What a pattern with a few \w{1,100} needs; more is a mistake.
constexpr int64_t memory_limit = 8 << 20;  // bytes

std::unique_ptr<const RE2> compile_re2(const std::string& text) {
  RE2::Options options;
  options.set_max_mem(memory_limit);
  options.set_log_errors(false);  // the library would write to stderr; the problem says it
  return std::make_unique<const RE2>(text, options);
}

config::Problem problem(const config::Route& route, const Refusal& refusal) {
  const char* key = route.kind == config::Route::Kind::Regex ? "url" : "path";
  return {route.where_pattern,
          fmt::format("`{}` {}, character {}: {}", key, config::quote(route.pattern), refusal.character,
                      refusal.what),
          refusal.remedy};
}

// Mistakes that are legal regular expressions of which no path, or only a strange one, is a match.
std::optional<Refusal> check_habits(std::string_view pattern) {
  const bool alternatives = pattern.find('|') != std::string_view::npos;
  const std::string_view after_slash = pattern.substr(std::min<size_t>(2, pattern.size()));
  const bool optional =
      !after_slash.empty() && std::string_view("?*{").find(after_slash[0]) != std::string_view::npos;
  if (pattern.starts_with("^/") && !optional && !alternatives) {
    return Refusal{2, "it begins with a slash, and paths are matched without theirs", "remove the slash"};
  }
  for (std::string_view parameter : {"<int:", "<path:", "<slug:", "<str:", "<uuid:"}) {
    size_t at = pattern.find(parameter);
    if (at != std::string_view::npos) {
      return Refusal{at + 1, "it looks like path() syntax", "write `path:` instead of `url:`"};
    }
  }
  return std::nullopt;
}

std::optional<Refusal> check_program(const RE2& program) {
  if (program.ok()) return std::nullopt;
  if (program.error_code() == RE2::ErrorPatternTooLarge) {
    return Refusal{1, "the pattern needs too much memory", "repeat less; `+` costs less than {1,100}"};
  }
  if (program.error_code() == RE2::ErrorRepeatSize) {
    return Refusal{1, "repetitions inside of repetitions come to more than 1000",
                   "write `*` or `+` for one of them"};
  }
  return Refusal{1, program.error(), "correct the pattern"};
}

std::string text_of(const re2::StringPiece& piece) { return std::string(piece.data(), piece.size()); }

std::string without_leading_zeros(std::string_view digits) {
  size_t first = digits.find_first_not_of('0');
  return std::string(first == std::string_view::npos ? "0" : digits.substr(first));
}

}  // namespace

tl::expected<std::unique_ptr<const Pattern>, config::Problem> Pattern::compile(const config::Route& route) {
  std::unique_ptr<Pattern> pattern(new Pattern);
  if (route.kind == config::Route::Kind::Path) {
    tl::expected<PathRoute, Refusal> path = translate_path(route.pattern);
    if (!path) return tl::make_unexpected(problem(route, path.error()));
    pattern->program_ = compile_re2(path->re2);
    pattern->integers_ = std::move(path->integers);
    pattern->whole_ = true;
  } else {
    if (std::optional<Refusal> habit = check_habits(route.pattern))
      return tl::make_unexpected(problem(route, *habit));
    tl::expected<Translation, Refusal> regex = translate(route.pattern, Dollar::End);
    if (!regex) return tl::make_unexpected(problem(route, regex.error()));
    pattern->program_ = compile_re2(regex->re2);
    pattern->whole_ = route.pattern.ends_with('$');
    if (regex->has_inner_dollar) {
      pattern->program_before_newline_ = compile_re2(translate(route.pattern, Dollar::EndOrNewline)->re2);
    }
  }
  for (const RE2* program : {pattern->program_.get(), pattern->program_before_newline_.get()}) {
    if (program == nullptr) continue;
    if (std::optional<Refusal> refusal = check_program(*program))
      return tl::make_unexpected(problem(route, *refusal));
  }
  for (const auto& [group, name] : pattern->program_->CapturingGroupNames())
    pattern->names_.emplace(group, name);
  return pattern;
}

std::optional<Match> Pattern::match(std::string_view path) const {
  const bool only_newline_is_last = path.ends_with('\n') && path.find('\n') == path.size() - 1;
  const RE2& program = only_newline_is_last && program_before_newline_ ? *program_before_newline_ : *program_;
  // A null pointer would make RE2 take every empty group for one that took no part.
  re2::StringPiece text(path.empty() ? "" : path.data(), path.size());
  std::vector<re2::StringPiece> groups(static_cast<size_t>(program.NumberOfCapturingGroups()) + 1);
  bool found = program.Match(text, 0, text.size(), whole_ ? RE2::ANCHOR_BOTH : RE2::UNANCHORED, groups.data(),
                             static_cast<int>(groups.size()));
  if (!found) return std::nullopt;
  Match match;
  match.captures = captures(groups);
  const char* end = groups[0].data() + groups[0].size();
  match.path_remaining.assign(end, static_cast<size_t>(text.data() + text.size() - end));
  return match;
}

// With any named group, the named ones that took part; else all, and an empty text for those that did not,
// since their places count.
std::vector<Capture> Pattern::captures(const std::vector<re2::StringPiece>& groups) const {
  std::vector<Capture> captures;
  for (size_t i = 1; i < groups.size(); ++i) {
    const bool took_part = groups[i].data() != nullptr;
    auto named = names_.find(static_cast<int>(i));
    if (named == names_.end()) {
      if (names_.empty()) captures.push_back({"", took_part ? text_of(groups[i]) : ""});
      continue;
    }
    if (!took_part) continue;
    const bool integer = integers_.contains(named->second);
    std::string value = text_of(groups[i]);
    captures.push_back({named->second, integer ? without_leading_zeros(value) : value});
  }
  return captures;
}

}  // namespace wharf::routing
