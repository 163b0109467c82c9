// The shipped routes.yaml is the manual, so it must be right.
#include <doctest/doctest.h>
#include <re2/re2.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "config/forward_auth.h"
#include "files.h"

using namespace wharf::config;

namespace {

const std::filesystem::path shipped = WHARF_ROUTES_YAML;

// What `static` names. The second is there once it was built.
const std::vector<std::string> pages = {"plugins/message/web", "build/plugins/paramiko/web"};

void make_pages(const Files& files) {
  for (const std::string& page : pages) std::filesystem::create_directories(files.path(page));
}

// The manual with every default it documents in force: "#key: value" becomes "key: value". What stands in the
// paragraph of an "example" is none.
std::string with_documented_defaults(size_t& uncommented) {
  std::ifstream in(shipped);
  REQUIRE(in.is_open());
  static const RE2 commented(R"(( *)#([a-z_]+: .*))");
  std::string out;
  std::string line;
  bool in_example = false;
  while (std::getline(in, line)) {
    std::string indent;
    std::string setting;
    if (line.empty()) in_example = false;
    if (line.find("# example") != std::string::npos) in_example = true;
    if (!in_example && RE2::FullMatch(line, commented, &indent, &setting)) {
      line = indent + setting;
      ++uncommented;
    }
    out += line + "\n";
  }
  return out;
}

// The paragraph that begins with `first_line`, without its comment signs.
std::string paragraph(std::string_view first_line) {
  std::ifstream in(shipped);
  REQUIRE(in.is_open());
  std::string out;
  std::string line;
  bool inside = false;
  while (std::getline(in, line)) {
    if (inside && line.empty()) break;
    if (inside) out += line.substr(1) + "\n";
    inside = inside || line == first_line;
  }
  return out;
}

void check_equal(const Limits& a, const Limits& b) {
  CHECK(a.message == b.message);
  CHECK(a.outbox == b.outbox);
  CHECK(a.slow_consumer == b.slow_consumer);
  CHECK(a.idle == b.idle);
  CHECK(a.ping == b.ping);
  CHECK(a.pong == b.pong);
  CHECK(a.close == b.close);
}

}  // namespace

TEST_CASE("the shipped file loads, with both pages and their consumers") {
  Files files;
  make_pages(files);
  std::filesystem::copy_file(shipped, files.path("routes.yaml"));
  tl::expected<Config, Problems> config = files.load();
  if (!config) FAIL(config.error().front().text());
  REQUIRE(config->routes.size() == 2);
  CHECK(config->routes[0].pattern == "^message/?$");
  CHECK(config->routes[0].consumer == "message");
  CHECK(config->routes[1].pattern == "^paramiko/?$");
  CHECK(config->routes[1].consumer == "paramiko");
  CHECK(config->listen.at(0).text == "127.0.0.1:8000");
  REQUIRE(config->static_mounts.size() == pages.size());
  for (size_t i = 0; i < pages.size(); ++i) CHECK(config->static_mounts[i].directory == files.path(pages[i]));
}

TEST_CASE("the documented defaults are the defaults") {
  size_t uncommented = 0;
  Files files;
  make_pages(files);
  files.write("routes.yaml", with_documented_defaults(uncommented));
  CHECK(uncommented == 16);  // every key but listen, plugin_path, limits, static, include and routes
  tl::expected<Config, Problems> documented = files.load();
  if (!documented) FAIL(documented.error().front().text());
  Config silent = load_good(with_route(""));
  check_equal(documented->limits, silent.limits);
  check_equal(documented->limits, Limits{});
  CHECK(documented->gate.handshake == silent.gate.handshake);
  CHECK(documented->gate.head == silent.gate.head);
  CHECK(documented->gate.connections == silent.gate.connections);
  CHECK(documented->workers == silent.workers);
  CHECK(documented->io_uring == silent.io_uring);
  CHECK(documented->trusted_proxies == silent.trusted_proxies);
  CHECK(documented->channel_layer.pending == silent.channel_layer.pending);
  CHECK(documented->log == silent.log);
  CHECK(documented->auth.size() == 1);
  CHECK(silent.auth.size() == 1);
  CHECK(documented->auth.at(0).kind == silent.auth.at(0).kind);
  CHECK(documented->origins == silent.origins);
  CHECK(documented->listen.at(0).text == silent.listen.at(0).text);
  CHECK(documented->plugin_path.at(3) == silent.plugin_path.at(0));
  CHECK(documented->plugin_path.at(4) == silent.plugin_path.at(1));
}

TEST_CASE("the documented defaults of Redis are the defaults") {
  ChannelLayer documented =
      load_good(with_route(paragraph("# example, with the defaults of Redis:"))).channel_layer;
  ChannelLayer silent = load_good(with_route("channel_layer: {backend: redis}")).channel_layer;
  CHECK(documented.backend == silent.backend);
  REQUIRE(documented.hosts.size() == 1);
  CHECK(documented.hosts[0].text == silent.hosts.at(0).text);
  CHECK(documented.prefix == silent.prefix);
  CHECK(documented.capacity == silent.capacity);
  CHECK(documented.expiry == silent.expiry);
  CHECK(documented.group_expiry == silent.group_expiry);
  CHECK(documented.timeout == silent.timeout);
  CHECK(documented.pending == silent.pending);
}

TEST_CASE("the documented defaults of forward are the defaults") {
  const Config documented = load_good(with_route(paragraph("# example, with the defaults of forward:")));
  const Config silent = load_good(with_route("auth: [forward: {url: https://site.internal/wharf/who}]"));
  CHECK(*documented.auth.at(0).forward == *silent.auth.at(0).forward);
}
