// URL -> route, with Django's rules: leading slashes are stripped, routes are tried in order, the first match
// wins. `url:` patterns are searched as re_path() does, `path:` patterns are anchored as path() is.
#pragma once

#include <tl/expected.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"

namespace wharf::routing {

struct Capture {
  std::string name;  // empty for a positional group
  std::string text;
};

struct Match {
  size_t route = 0;  // index in Config::routes
  std::vector<Capture> captures;
  std::string path_remaining;
};

class Pattern;  // pattern.h: one compiled `url:` or `path:`

// Immutable; every function is [any-thread].
class Table {
 public:
  // Compiles every pattern; all patterns that cannot be are in the answer.
  static tl::expected<Table, config::Problems> compile(const std::vector<config::Route>& routes);

  Table(Table&&) noexcept;
  Table& operator=(Table&&) noexcept;
  ~Table();

  // `path` is the decoded path of the scope, as UTF-8, with its leading slash.
  std::optional<Match> match(std::string_view path) const;

 private:
  explicit Table(std::vector<std::unique_ptr<const Pattern>> patterns);
  std::vector<std::unique_ptr<const Pattern>> patterns_;
};

}  // namespace wharf::routing
