#include "ssh/target_policy.h"

#include <doctest/doctest.h>

#include "ssh/glob.h"

namespace wharf_paramiko::ssh {

namespace {

bool allows(const TargetPolicy& policy, const std::string& host, uint16_t port, const std::string& address) {
  const std::optional<Error> refused = policy.check(host, port, *Address::parse(address, port));
  if (refused) CHECK(refused->code == Code::Policy);
  return !refused;
}

TargetPolicy policy_of(const std::vector<std::string>& allow, const std::vector<std::string>& deny = {}) {
  const Result<TargetPolicy> policy = TargetPolicy::make(allow, deny);
  REQUIRE(policy);
  return *policy;
}

}  // namespace

TEST_CASE("names are allowed by themselves and by patterns, each with its port") {
  const TargetPolicy policy = policy_of({"bastion.example:22", "*.lab.example:2222", "anywhere:*"});
  CHECK(allows(policy, "bastion.example", 22, "192.0.2.1"));
  CHECK(allows(policy, "BASTION.Example", 22, "192.0.2.1"));
  CHECK_FALSE(allows(policy, "bastion.example", 23, "192.0.2.1"));
  CHECK_FALSE(allows(policy, "bastion.example.org", 22, "192.0.2.1"));
  CHECK(allows(policy, "a.lab.example", 2222, "192.0.2.1"));
  CHECK_FALSE(allows(policy, "lab.example", 2222, "192.0.2.1"));
  CHECK_FALSE(allows(policy, "a.lab.example.evil", 2222, "192.0.2.1"));
  CHECK(allows(policy, "anywhere", 65535, "192.0.2.1"));
  CHECK_FALSE(allows(TargetPolicy(), "anywhere", 22, "192.0.2.1"));
}

TEST_CASE("blocks of addresses look at what a name leads to") {
  const TargetPolicy policy = policy_of({"10.0.0.0/8:22", "[::1]:22", "[fd00::/8]:22", "192.0.2.7:22"});
  CHECK(allows(policy, "any.name", 22, "10.255.0.1"));
  CHECK_FALSE(allows(policy, "any.name", 22, "11.0.0.1"));
  CHECK_FALSE(allows(policy, "any.name", 2222, "10.0.0.1"));
  CHECK(allows(policy, "any.name", 22, "::1"));
  CHECK(allows(policy, "any.name", 22, "fd12::1"));
  CHECK_FALSE(allows(policy, "any.name", 22, "fe12::1"));
  CHECK(allows(policy, "192.0.2.7", 22, "192.0.2.7"));
  CHECK_FALSE(allows(policy, "192.0.2.8", 22, "192.0.2.8"));
}

TEST_CASE("what is denied is denied under any name and in any dress") {
  const TargetPolicy policy = policy_of({"*:*", "0.0.0.0/0:*"}, TargetPolicy::usual_deny());
  CHECK(allows(policy, "host", 22, "192.0.2.1"));
  CHECK(allows(policy, "192.0.2.1", 22, "192.0.2.1"));
  for (const char* address : {"169.254.169.254", "fe80::1", "febf::1", "fd00:ec2::254",
                              "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "0.0.0.0", "::"}) {
    CAPTURE(address);
    CHECK_FALSE(allows(policy, "host", 22, address));
    CHECK(policy.check_name(address, 22));
  }
  CHECK(allows(policy, "host", 22, "fec0::1"));
}

TEST_CASE("a pattern of a name lets no address in") {
  const TargetPolicy policy = policy_of({"10.*:22"});
  CHECK_FALSE(allows(policy, "10.0.0.1", 22, "10.0.0.1"));
  CHECK(policy_of({"*:22"}).check_name("10.0.0.1", 22) == std::nullopt);
}

TEST_CASE("a name that no address could make allowed is refused before it is looked up") {
  CHECK(policy_of({"good.example:22"}).check_name("other.example", 22));
  CHECK(policy_of({"good.example:22"}).check_name("good.example", 23));
  CHECK(policy_of({"10.0.0.0/8:22"}).check_name("other.example", 23));
  CHECK_FALSE(policy_of({"10.0.0.0/8:22"}).check_name("other.example", 22));
}

TEST_CASE("a name that another host looks up has to be allowed as a name") {
  const TargetPolicy policy = policy_of({"*.lab.example:22", "10.0.0.0/8:22"}, {"10.1.0.0/16"});
  CHECK_FALSE(policy.check_unresolved("a.lab.example", 22));
  CHECK(policy.check_unresolved("other.example", 22));
  CHECK_FALSE(policy.check_unresolved("10.2.0.1", 22));
  CHECK(policy.check_unresolved("10.1.0.1", 22));
}

TEST_CASE("what is no name is refused, even where everything is allowed") {
  const TargetPolicy policy = policy_of({"*:*"});
  for (const std::string& host :
       {std::string("evil.example\0.lab.example", 25), std::string("a b"), std::string("a\nb"),
        std::string("*"), std::string("a,b"), std::string(), std::string(256, 'a')}) {
    CAPTURE(host);
    CHECK(policy.check_name(host, 22));
    CHECK(policy.check_unresolved(host, 22));
    CHECK_FALSE(allows(policy, host, 22, "192.0.2.1"));
  }
}

TEST_CASE("what is not understood is refused with a remedy") {
  for (const char* rule : {"host", "host:", "host:0", "host:65536", "host:ssh", "::1:22", "[host]:22",
                           "10.0.0.0/33:22", "a b:22", ":22", "[::1/129]:22"}) {
    CAPTURE(rule);
    const Result<TargetPolicy> policy = TargetPolicy::make({rule}, {});
    REQUIRE_FALSE(policy);
    CHECK(policy.error().text.find(rule) != std::string::npos);
  }
  CHECK_FALSE(TargetPolicy::make({}, {"example"}));
}

TEST_CASE("patterns") {
  CHECK(glob_matches("*", ""));
  CHECK(glob_matches("a?c", "abc"));
  CHECK_FALSE(glob_matches("a?c", "ac"));
  CHECK(glob_matches("*a*b*", "xxaxxbxx"));
  CHECK_FALSE(glob_matches("*a*b", "xxbxxa"));
  // Not a matter of minutes.
  CHECK_FALSE(glob_matches("*a*a*a*a*a*a*a*a*b", std::string(5000, 'a')));
}

}  // namespace wharf_paramiko::ssh
