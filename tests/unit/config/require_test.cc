#include "config/require.h"

#include <doctest/doctest.h>

#include "files.h"

using namespace wharf::config;

namespace {

const std::string auth = "auth: [{header: {name: X-User, trust: [127.0.0.1]}}]\n";

std::string route(std::string_view require) {
  return "routes: [{url: a, consumer: a, require: " + std::string(require) + "}]\n";
}

std::vector<std::string> problems(std::string_view require) { return problems_of(auth + route(require)); }

}  // namespace

TEST_CASE("a route requires a user, or one of a list") {
  const Config any = load_good(auth + route("user"));
  CHECK(any.routes[0].require.user);
  CHECK(any.routes[0].require.users.empty());
  const Config some = load_good(auth + route("{users: [alice, bob]}"));
  CHECK(some.routes[0].require.user);
  CHECK(some.routes[0].require.users == std::vector<std::string>{"alice", "bob"});
  CHECK_FALSE(load_good(with_route("")).routes[0].require.user);
}

TEST_CASE("what nobody can meet is refused") {
  CHECK(problems("usr") ==
        std::vector<std::string>{"routes.yaml:2:41: `require` cannot be `usr`: did you mean `user`?"});
  CHECK(problems("{}") ==
        std::vector<std::string>{"routes.yaml:2:41: `require` is an empty map: write `user`"});
  CHECK(problems("{users: []}") ==
        std::vector<std::string>{
            "routes.yaml:2:49: `users` is an empty list: write one entry, or remove the key"});
  CHECK(problems("{user: alice}") ==
        std::vector<std::string>{"routes.yaml:2:42: unknown key `user` in `require`: did you mean `users`?"});
  CHECK(problems_of("auth: [anonymous]\n" + route("user")) ==
        std::vector<std::string>{
            "routes.yaml:2:41: `require` lets nobody in: `auth` has no method that names a "
            "user: add one to `auth`, such as `header`"});
}
