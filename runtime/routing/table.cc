#include "routing/table.h"

#include <algorithm>
#include <utility>

#include "routing/pattern.h"

namespace wharf::routing {

tl::expected<Table, config::Problems> Table::compile(const std::vector<config::Route>& routes) {
  std::vector<std::unique_ptr<const Pattern>> patterns;
  config::Problems problems;
  for (const config::Route& route : routes) {
    tl::expected<std::unique_ptr<const Pattern>, config::Problem> pattern = Pattern::compile(route);
    if (pattern) {
      patterns.push_back(std::move(*pattern));
    } else {
      problems.push_back(std::move(pattern.error()));
    }
  }
  if (!problems.empty()) return tl::make_unexpected(std::move(problems));
  return Table(std::move(patterns));
}

Table::Table(std::vector<std::unique_ptr<const Pattern>> patterns) : patterns_(std::move(patterns)) {}
Table::Table(Table&&) noexcept = default;
Table& Table::operator=(Table&&) noexcept = default;
Table::~Table() = default;

std::optional<Match> Table::match(std::string_view path) const {
  path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()));
  for (size_t i = 0; i < patterns_.size(); ++i) {
    std::optional<Match> match = patterns_[i]->match(path);
    if (!match) continue;
    match->route = i;
    return match;
  }
  return std::nullopt;
}

}  // namespace wharf::routing
