#include "config/secret.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>

#include "files.h"

using namespace wharf::config;

namespace {

using Lines = std::vector<std::string>;

constexpr const char* variable = "WHARF_TEST_SECRET";

class Variable {
 public:
  explicit Variable(const char* value) { setenv(variable, value, 1); }
  ~Variable() { unsetenv(variable); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;
};

// A file of which only `password` can be wrong.
std::string with_password(std::string_view password) {
  return with_route(
      "channel_layer: {backend: redis, hosts: {url: redis://h, password: " + std::string(password) + "}}");
}

std::string password_of(const Files& files) {
  tl::expected<Config, Problems> config = files.load();
  if (!config) FAIL(config.error().front().text());
  return config->channel_layer.hosts.at(0).password;
}

std::string problem_with(std::string_view password) {
  std::string problem = problem_of(
      "channel_layer: {backend: redis, hosts: {url: redis://h, password: " + std::string(password) + "}}");
  const std::string where = "routes.yaml:1:";
  REQUIRE(problem.starts_with(where));
  return problem.substr(problem.find(' ') + 1);
}

}  // namespace

TEST_CASE("a secret is a text, a variable or a file") {
  Files files;
  files.write("routes.yaml", with_password("'pass word\\'"));
  CHECK(password_of(files) == "pass word\\");
  files.write("routes.yaml", with_password("1234"));
  CHECK(password_of(files) == "1234");
  Variable set(" from the environment\n");
  files.write("routes.yaml", with_password("{env: WHARF_TEST_SECRET}"));
  CHECK(password_of(files) == " from the environment\n");
  files.write("secrets/redis", "from a file\n\n");
  files.write("routes.yaml", with_password("{file: secrets/redis}"));
  CHECK(password_of(files) == "from a file\n");
  files.write("secrets/redis", "of another system\r\n");
  CHECK(password_of(files) == "of another system");
  files.write("routes.yaml", with_password("{file: " + files.path("secrets/redis").string() + "}"));
  CHECK(password_of(files) == "of another system");
  files.write("secrets/redis", std::string(64 << 10, 'x'));
  CHECK(password_of(files).size() == 64 << 10);
}

TEST_CASE("a variable that has no secret") {
  const std::string remedy =
      ": set it where wharf is started, for example with Environment= or EnvironmentFile= in systemd";
  CHECK(problem_with("{env: WHARF_TEST_SECRET}") ==
        "the environment variable `WHARF_TEST_SECRET` of `password` is not set" + remedy);
  Variable set("");
  CHECK(problem_with("{env: WHARF_TEST_SECRET}") ==
        "the environment variable `WHARF_TEST_SECRET` of `password` is empty" + remedy);
  for (const char* wrong : {"{env: $secret}", "{env: }", "{env: [secret]}", "{env: ''}"}) {
    CHECK(problem_with(wrong) ==
          "`env` of `password` is no name of an environment variable: write it like REDIS_PASSWORD");
  }
}

TEST_CASE("a file that has no secret") {
  Files files;
  files.write("routes.yaml", with_password("{file: secret}"));
  const std::string where = "routes.yaml:1:74: `password` cannot come from `secret`: ";
  CHECK(files.problems() == Lines{where + "there is no such file: write one, or name another"});
  files.write("secret", "\n");
  CHECK(files.problems() == Lines{where + "the file is empty: write the secret into it"});
  files.write("secret", std::string((64 << 10) + 1, 'x'));
  CHECK(files.problems() == Lines{where + "the file is larger than 64 KiB: name the right file"});
  std::filesystem::remove(files.path("secret"));
  std::filesystem::create_directory(files.path("secret"));
  CHECK(files.problems() == Lines{where + "this is a directory: name a regular file"});
}

TEST_CASE("what is no secret") {
  const std::string forms = ": write {env: NAME}, {file: PATH} or the text itself";
  CHECK(problem_with("") == "`password` is nothing" + forms);
  CHECK(problem_with("''") == "`password` is empty" + forms);
  CHECK(problem_with("[secret]") == "`password` is a list" + forms);
  CHECK(problem_with("{}") == "`password` is an empty map" + forms);
  CHECK(problem_with("{envv: a}") == "unknown key `envv` in `password`: did you mean `env`?");
  CHECK(problem_with("{env: A, file: b}") == "`password` has `env` and `file`: keep one of the two");
}
