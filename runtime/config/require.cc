#include "config/require.h"

#include <fmt/format.h>

#include <algorithm>

#include "config/quote.h"
#include "config/scalar.h"
#include "config/section.h"

namespace wharf::config {

void read_require(const Node& node, Require& require, Findings& findings) {
  require.user = true;
  require.where = findings.at(node.place);
  if (node.kind == Node::Kind::Map) {
    Section section(node, "`require`", findings);
    const Node* users = section.take("users");
    section.finish();
    if (users == nullptr) {
      if (node.entries.empty()) findings.add(node.place, "`require` is an empty map", "write `user`");
      return;
    }
    for (PlacedText& name : read_texts(*users, "users", findings)) {
      require.users.push_back(std::move(name.text));
    }
    return;
  }
  read_choice(node, "require", {"user"}, findings);
}

void check_required(const Config& config, Problems& problems) {
  const bool names_somebody =
      std::any_of(config.auth.begin(), config.auth.end(),
                  [](const AuthMethod& method) { return method.kind != AuthMethod::Kind::Anonymous; });
  if (names_somebody) return;
  for (const Route& route : config.routes) {
    if (!route.require.user) continue;
    problems.push_back({route.require.where,
                        "`require` lets nobody in: `auth` has no method that names a user",
                        "add one to `auth`, such as `header`"});
  }
}

}  // namespace wharf::config
