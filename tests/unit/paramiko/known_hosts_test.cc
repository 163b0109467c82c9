#include "ssh/known_hosts.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "ssh/base64.h"
#include "ssh/host_key.h"
#include "ssh/host_key_decision.h"
#include "sshd.h"

namespace wharf_paramiko::ssh {

namespace {

using Verdict = KnownHost::Verdict;
using Status = HostKeyReport::Status;
using Policy = HostKeyRules::Policy;

std::string blob(const std::string& type, char content) {
  std::string bytes;
  for (const std::string& part : {type, std::string(32, content)}) {
    bytes += std::string(3, '\0') + static_cast<char>(part.size()) + part;
  }
  return bytes;
}

const std::string one = blob("ssh-ed25519", '1');
const std::string two = blob("ssh-ed25519", '2');
const std::string ecdsa = blob("ecdsa-sha2-nistp256", '3');
const std::string rsa = blob("ssh-rsa", '4');

std::string line(const std::string& names, const std::string& key) {
  return fmt::format("{} {} {} a comment\n", names, key_type(key), base64(key));
}

Verdict check(const std::string& file, const std::string& host, uint16_t port, const std::string& key) {
  KnownHost known(host, port);
  known.add_lines(file);
  return known.check(key);
}

}  // namespace

TEST_CASE("a host is known by its name, in any case of its letters") {
  CHECK(check(line("host", one), "host", 22, one) == Verdict::Known);
  CHECK(check(line("HOST", one), "Host", 22, one) == Verdict::Known);
  CHECK(check(line("other,host,third", one), "host", 22, one) == Verdict::Known);
  CHECK(check(line("host", one), "host", 22, two) == Verdict::Changed);
  CHECK(check(line("other", one), "host", 22, one) == Verdict::Unknown);
  CHECK(check("", "host", 22, one) == Verdict::Unknown);
  CHECK(check(line("host", two) + line("host", one), "host", 22, one) == Verdict::Known);
}

TEST_CASE("another port is another host, unless its key is known without a port") {
  CHECK(check(line("[host]:2222", one), "host", 2222, one) == Verdict::Known);
  CHECK(check(line("[host]:2222", one), "host", 22, one) == Verdict::Unknown);
  CHECK(check(line("[host]:2222", one), "host", 2222, two) == Verdict::Changed);
  CHECK(check(line("host", one), "host", 2222, one) == Verdict::Known);
  CHECK(check(line("host", one), "host", 2222, two) == Verdict::Unknown);
}

TEST_CASE("patterns and negation") {
  CHECK(check(line("*.lab.example", one), "a.lab.example", 22, one) == Verdict::Known);
  CHECK(check(line("host?", one), "host1", 22, one) == Verdict::Known);
  CHECK(check(line("*.lab.example,!bad.lab.example", one), "bad.lab.example", 22, one) == Verdict::Unknown);
  CHECK(check(line("!bad.lab.example,*.lab.example", one), "bad.lab.example", 22, one) == Verdict::Unknown);
  CHECK(check(line("!bad", one), "good", 22, one) == Verdict::Unknown);
}

TEST_CASE("hashed names, as ssh-keygen -H makes them") {
  const TemporaryDirectory directory;
  const std::string path = directory.path("known_hosts");
  write_file(path, line("host", one) + line("[host]:2222", two));
  REQUIRE(run({"sh", "-c", "ssh-keygen -q -H -f \"$1\" > /dev/null 2>&1", "sh", path}));
  const std::string hashed = read_file(path);
  REQUIRE(hashed.find("host") == std::string::npos);
  CHECK(check(hashed, "host", 22, one) == Verdict::Known);
  CHECK(check(hashed, "host", 22, two) == Verdict::Changed);
  CHECK(check(hashed, "HOST", 2222, two) == Verdict::Known);
  CHECK(check(hashed, "other", 22, one) == Verdict::Unknown);
}

TEST_CASE("a revoked key is revoked, whoever else knows it") {
  const std::string revoked = "@revoked " + line("*", one);
  CHECK(check(revoked + line("host", one), "host", 22, one) == Verdict::Revoked);
  CHECK(check(line("host", one) + revoked, "host", 22, one) == Verdict::Revoked);
  CHECK(check(revoked, "host", 2222, one) == Verdict::Revoked);
  CHECK(check(revoked, "host", 22, two) == Verdict::Unknown);
  CHECK(check("@revoked " + line("host", one), "host", 2222, one) == Verdict::Revoked);
}

TEST_CASE("a certificate authority makes no host known") {
  KnownHost known("host", 22);
  known.add_lines("@cert-authority " + line("*", one));
  CHECK(known.check(one) == Verdict::Unknown);
  CHECK(known.certified());
  CHECK(known.types().empty());
}

TEST_CASE("lines that are not understood say nothing") {
  for (const std::string& text : {std::string("# host"), std::string("host"), std::string("host ssh-ed25519"),
                                  std::string("host ssh-ed25519 AAAA"), "@new-marker " + line("host", one),
                                  "host ssh-rsa " + base64(one) + "\n", "host 1024 35 " + base64(one) + "\n",
                                  std::string("host ssh-ed25519 %%%%"), std::string(",,!, x y")}) {
    CAPTURE(text);
    CHECK(check(text, "host", 22, one) == Verdict::Unknown);
    CHECK(check(text + "\n" + line("host", one), "host", 22, one) == Verdict::Known);
  }
  CHECK(check("  \t" + line("host", one), "host", 22, one) == Verdict::Known);
  CHECK(check("host ssh-ed25519 " + base64(one) + "\r\n", "host", 22, one) == Verdict::Known);
  CHECK(check("host\tssh-ed25519\t" + base64(one), "host", 22, one) == Verdict::Known);
}

TEST_CASE("files: missing is empty, unreadable is an error") {
  const TemporaryDirectory directory;
  KnownHost known("host", 22);
  CHECK(known.add_file(directory.path("missing")));
  const Result<void> read = known.add_file(directory.path(""));
  REQUIRE_FALSE(read);
  CHECK(read.error().code == Code::HostKey);
}

TEST_CASE("a host is written down in the first file that can be written") {
  const TemporaryDirectory directory;
  const std::string path = directory.path("known_hosts");
  const std::vector<std::string> files{directory.path("missing/known_hosts"), path};
  REQUIRE(remember_host(files, "Host", 2222, one));
  CHECK(read_file(path) == fmt::format("[host]:2222 ssh-ed25519 {}\n", base64(one)));
  CHECK(std::filesystem::status(path).permissions() ==
        (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
  write_file(path, "# a last line without an end");
  REQUIRE(remember_host(files, "host", 22, two));
  CHECK(read_file(path) == fmt::format("# a last line without an end\nhost ssh-ed25519 {}\n", base64(two)));
  KnownHost known("host", 22);
  REQUIRE(known.add_file(path));
  CHECK(known.check(two) == Verdict::Known);
  CHECK_FALSE(remember_host({}, "host", 22, two));
  CHECK_FALSE(remember_host({directory.path("missing/x")}, "host", 22, two));
}

TEST_CASE("a fingerprint is the one that ssh-keygen shows") {
  const TemporaryDirectory directory;
  REQUIRE(run({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", directory.path("key")}));
  const std::string key = read_file(directory.path("key.pub"));
  const size_t begin = key.find(' ') + 1;
  const std::optional<std::string> bytes = from_base64(key.substr(begin, key.find(' ', begin) - begin));
  REQUIRE(bytes);
  REQUIRE(run({"sh", "-c", "ssh-keygen -lf \"$1\" > \"$2\"", "sh", directory.path("key.pub"),
               directory.path("shown")}));
  CHECK(read_file(directory.path("shown")).find(" " + fingerprint(*bytes) + " ") != std::string::npos);
}

TEST_CASE("the types that are known of a host come first") {
  CHECK(preferred_host_keys("a,b,c", {"c"}) == "c,a,b");
  CHECK(preferred_host_keys("a,b", {}) == "a,b");
  CHECK(preferred_host_keys("", {"ecdsa-sha2-nistp256"}).starts_with("ecdsa-sha2-nistp256,ssh-ed25519,"));
  CHECK(preferred_host_keys("ssh-ed25519,rsa-sha2-512", {"ssh-rsa"}) == "rsa-sha2-512,ssh-ed25519");
  CHECK(any_fits("x,rsa-sha2-256", "ssh-rsa"));
  CHECK_FALSE(any_fits("rsa-sha2-256", "ssh-ed25519"));
}

TEST_CASE("each policy decides about a host that is new, known, changed or revoked") {
  struct Case {
    Policy policy;
    const char* file;
    Status status;
    bool question, remember;
    const char* code;
  };
  const std::string known = line("host", one);
  const std::string changed = line("host", two);
  const std::string revoked = "@revoked " + known;
  const std::string authority = "@cert-authority " + line("*", two);
  const Case cases[] = {
      {Policy::Strict, "", Status::New, false, false, "E_HOSTKEY"},
      {Policy::Ask, "", Status::New, true, false, ""},
      {Policy::Tofu, "", Status::New, false, true, ""},
      {Policy::Tofu, authority.c_str(), Status::New, false, false, "E_HOSTKEY"},
      {Policy::Ask, authority.c_str(), Status::New, true, false, ""},
      {Policy::Strict, known.c_str(), Status::Known, false, false, ""},
      {Policy::Ask, known.c_str(), Status::Known, false, false, ""},
      {Policy::Tofu, changed.c_str(), Status::Changed, false, false, "E_HOSTKEY"},
      {Policy::Ask, changed.c_str(), Status::Changed, false, false, "E_HOSTKEY"},
      {Policy::Tofu, revoked.c_str(), Status::Revoked, false, false, "E_HOSTKEY"},
      {Policy::Pinned, revoked.c_str(), Status::Revoked, false, false, "E_HOSTKEY"},
      {Policy::Pinned, changed.c_str(), Status::Known, false, false, ""},
  };
  for (const Case& expected : cases) {
    CAPTURE(expected.file);
    KnownHost host("host", 22);
    host.add_lines(expected.file);
    const HostKeyRules rules{expected.policy, {}, {fingerprint(one)}};
    const HostKeyDecision decision = decide(rules, host, "host", 22, one, "ssh-ed25519");
    CHECK(decision.report.status == expected.status);
    CHECK(decision.report.question == expected.question);
    CHECK(decision.remember == expected.remember);
    CHECK((decision.refusal ? name_of(decision.refusal->code) : "") == expected.code);
  }
  const KnownHost nobody("host", 22);
  CHECK(decide({Policy::Pinned, {}, {fingerprint(one)}}, nobody, "host", 22, two, "ssh-ed25519").refusal);
}

TEST_CASE("a host known by an RSA key that cannot be checked has not changed") {
  KnownHost host("host", 22);
  host.add_lines(line("host", rsa));
  const HostKeyDecision decision = decide({}, host, "host", 22, one, "ssh-ed25519");
  REQUIRE(decision.refusal);
  CHECK(decision.refusal->code == Code::AlgRsa);
  // One that could have been checked, had the host still had it, has.
  host.add_lines(line("host", ecdsa));
  const HostKeyDecision other = decide({}, host, "host", 22, one, "ssh-ed25519,ecdsa-sha2-nistp256");
  REQUIRE(other.refusal);
  CHECK(other.refusal->code == Code::HostKey);
}

}  // namespace wharf_paramiko::ssh
