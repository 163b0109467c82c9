#include "config/tls.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "certificates.h"
#include "config/same.h"
#include "files.h"

using namespace wharf::config;

namespace {

constexpr const char* listen =
    "listen: [{address: ':8443', tls: {certificate: tls/chain.pem, key: tls/key.pem}}]";

// The files of one listener, with a key that nobody else can read.
void write_pair(const Files& files, const std::string& certificate, const std::string& key) {
  files.write("routes.yaml", with_route(listen));
  files.write("tls/chain.pem", certificate);
  files.write("tls/key.pem", key);
  std::filesystem::permissions(files.path("tls/key.pem"), std::filesystem::perms::owner_read);
}

std::string problem_of_pair(const std::string& certificate, const std::string& key) {
  Files files;
  write_pair(files, certificate, key);
  const std::vector<std::string> problems = files.problems();
  CHECK(problems.size() <= 1);
  return problems.empty() ? "no problem" : problems.front();
}

// Where the two values stand in `listen`.
const std::string at_certificate = "routes.yaml:1:48: `tls/chain.pem` cannot be used: ";
const std::string at_key = "routes.yaml:1:68: `tls/key.pem` cannot be used: ";

std::string without_directory(std::string text, const Files& files) {
  const std::string directory = files.path("").string();
  for (size_t at = text.find(directory); at != std::string::npos; at = text.find(directory)) {
    text.erase(at, directory.size());
  }
  return text;
}

}  // namespace

TEST_CASE("a listener has TLS when it has a certificate and its key") {
  Files files;
  const Pair pair = good_pair(0x1a2b);
  write_pair(files, pair.certificate, pair.key);
  const tl::expected<Config, Problems> config = files.load();
  REQUIRE(config.has_value());
  REQUIRE(config->listen.at(0).tls != nullptr);
  const TlsIdentity& identity = *config->listen.at(0).tls;
  CHECK(identity.certificate == files.path("tls/chain.pem"));
  CHECK(identity.key == files.path("tls/key.pem"));
  CHECK(identity.chain_pem == pair.certificate);
  CHECK(identity.summary.starts_with("serial 1A2B, until 20"));
  CHECK(config->warnings.empty());
  CHECK(load_good(with_route("listen: {address: ':8000'}")).listen.at(0).tls == nullptr);
}

TEST_CASE("certificate, chain and key may be one file") {
  Files files;
  const Pair pair = good_pair();
  files.write("all.pem", pair.key + pair.certificate + good_pair().certificate);
  std::filesystem::permissions(files.path("all.pem"), std::filesystem::perms::owner_read);
  files.write("routes.yaml",
              with_route("listen: {address: ':1', tls: {certificate: all.pem, key: all.pem}}"));
  CHECK(files.problems().empty());
}

TEST_CASE("a pair that cannot be used says why") {
  const Pair pair = good_pair();
  const Pair other = good_pair();
  CHECK(problem_of_pair(pair.certificate, other.key) ==
        at_key + "the key is not that of the certificate: name two that belong together");
  CHECK(problem_of_pair(other.certificate + pair.certificate, pair.key) ==
        at_key + "the key is that of a later certificate in its file: put the server's own first");
  CHECK(problem_of_pair("x", pair.key) ==
        at_certificate + "there is no certificate in PEM: it begins with -----BEGIN CERTIFICATE-----");
  CHECK(problem_of_pair(pair.key, pair.key).starts_with(at_certificate + "there is no certificate"));
  CHECK(problem_of_pair(pair.certificate, pair.certificate) ==
        at_key + "there is no private key in PEM: it begins with -----BEGIN PRIVATE KEY-----");
  const Pair locked = make_pair_of_pem(-1, 86400, 1, 0, "a passphrase");
  CHECK(problem_of_pair(locked.certificate, locked.key).starts_with(at_key + "the key is encrypted, and"));
  const Pair weak = make_pair_of_pem(-1, 86400, 1, 1024);
  CHECK(problem_of_pair(weak.certificate, weak.key) ==
        at_certificate + "OpenSSL refuses the certificate: ee key too small");
}

TEST_CASE("files that are not there, and keys that are missing") {
  Files files;
  const Pair pair = good_pair();
  write_pair(files, pair.certificate, pair.key);
  std::filesystem::remove(files.path("tls/key.pem"));
  CHECK(files.problems() ==
        std::vector<std::string>{"routes.yaml:1:68: `key` cannot come from `tls/key.pem`: "
                                 "there is no such file: write one, or name another"});
  CHECK(problem_of("listen: {address: ':1', tls: yes}") ==
        "routes.yaml:1:30: `tls` is the text `yes`: write `key: value` lines");
  const std::vector<std::string> problems =
      problems_of(with_route("listen: {address: ':1', tls: {certificate: /dev/null, cypher: c}}"));
  REQUIRE(problems.size() == 3);
  CHECK(problems[0] ==
        "routes.yaml:1:30: `tls` has no `key`: write {certificate: FILE, key: FILE}; both may be in "
        "one file");
  CHECK(problems[1].find("`certificate` cannot come from `/dev/null`: this is not a regular file") !=
        std::string::npos);
  CHECK(problems[2].find("unknown key `cypher` in `tls`") != std::string::npos);
}

TEST_CASE("what clients will refuse is served with a warning") {
  Files files;
  const Pair expired = make_pair_of_pem(-7200, -3600);
  write_pair(files, expired.certificate, expired.key);
  tl::expected<Config, Problems> config = files.load();
  REQUIRE(config.has_value());
  REQUIRE(config->warnings.size() == 1);
  CHECK(
      without_directory(config->warnings[0].text(), files)
          .find("routes.yaml:1:48: clients will refuse the certificate `tls/chain.pem`: it expired at 20") !=
      std::string::npos);

  const Pair early = make_pair_of_pem(3600, 7200);
  std::filesystem::remove(files.path("tls/key.pem"));
  write_pair(files, early.certificate, early.key);
  config = files.load();
  REQUIRE(config.has_value());
  REQUIRE(config->warnings.size() == 1);
  CHECK(config->warnings[0].what.find("it is not valid before 20") != std::string::npos);
}

TEST_CASE("a key that everybody can read is served with a warning") {
  Files files;
  const Pair pair = good_pair();
  write_pair(files, pair.certificate, pair.key);
  std::filesystem::permissions(files.path("tls/key.pem"), std::filesystem::perms(0444));
  const tl::expected<Config, Problems> config = files.load();
  REQUIRE(config.has_value());
  REQUIRE(config->warnings.size() == 1);
  CHECK(without_directory(config->warnings[0].text(), files) ==
        "routes.yaml:1:68: everybody on this machine can read the key `tls/key.pem`: take that right away: "
        "`chmod o-r`");
}

TEST_CASE("a listener with TLS is known by its address") {
  Files files;
  const Pair pair = good_pair();
  write_pair(files, pair.certificate, pair.key);
  const auto problems_of_list = [&files](const std::string& list) {
    files.write("routes.yaml", with_route("listen: " + list));
    return files.problems();
  };
  const std::string tls = "tls: {certificate: tls/chain.pem, key: tls/key.pem}";
  CHECK(problems_of_list("['127.0.0.1:0', {address: '127.0.0.1:0', " + tls + "}, '127.0.0.1:0']").empty());
  CHECK(problems_of_list("[{address: 'a:0', " + tls + "}, {address: 'a:0', " + tls + "}]").size() == 1);
}

TEST_CASE("a renewed certificate is the same listener") {
  Files files;
  const Pair pair = good_pair();
  write_pair(files, pair.certificate, pair.key);
  const Config before = files.load().value();
  const Pair renewed = good_pair(2);
  std::filesystem::remove(files.path("tls/key.pem"));
  write_pair(files, renewed.certificate, renewed.key);
  const Config after = files.load().value();
  CHECK(same(before.listen, after.listen));
  CHECK_FALSE(before.listen[0].tls->same_pair(*after.listen[0].tls));
  files.write("routes.yaml", with_route("listen: ':8443'"));
  CHECK_FALSE(same(before.listen, files.load()->listen));
}
