#include "terminal/target_rule.h"

#include <doctest/doctest.h>

#include <string>

using namespace wharf_paramiko::terminal;
using Kind = TargetRule::Kind;

namespace {

std::string problem(std::string_view text) {
  tl::expected<TargetRule, std::string> rule = parse_target_rule(text);
  return rule ? "" : rule.error();
}

}  // namespace

TEST_CASE("a rule is a name, a pattern, an address or a network, with a port or without") {
  TargetRule name = parse_target_rule("Host.Example:22").value();
  CHECK(name.kind == Kind::Name);
  CHECK(name.name == "host.example");
  CHECK(name.port == 22);
  CHECK(name.text == "Host.Example:22");
  CHECK(parse_target_rule("*.lab.example").value().name == "*.lab.example");
  CHECK(parse_target_rule("*.lab.example").value().port == 0);
  CHECK(parse_target_rule("host.example:*").value().port == 0);
  CHECK(parse_target_rule("*:22").value().name == "*");
  TargetRule ipv4 = parse_target_rule("10.0.0.0/8:22").value();
  CHECK(ipv4.kind == Kind::Network);
  CHECK(ipv4.prefix == 96 + 8);
  CHECK(ipv4.address == std::array<uint8_t, 16>{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10});
  CHECK(ipv4.port == 22);
  TargetRule one = parse_target_rule("127.0.0.1").value();
  CHECK(one.kind == Kind::Network);
  CHECK(one.prefix == 128);
  CHECK(one.address[15] == 1);
  CHECK(parse_target_rule("0.0.0.0/0").value().prefix == 96);
}

TEST_CASE("IPv6 stands in brackets when it has a port") {
  TargetRule link = parse_target_rule("fe80::/10").value();
  CHECK(link.kind == Kind::Network);
  CHECK(link.prefix == 10);
  CHECK(link.port == 0);
  CHECK(link.address[0] == 0xfe);
  CHECK(link.address[1] == 0x80);
  TargetRule one = parse_target_rule("[::1]:2222").value();
  CHECK(one.address[15] == 1);
  CHECK(one.port == 2222);
  CHECK(parse_target_rule("[fd00::/8]:22").value().prefix == 8);
  CHECK(parse_target_rule("::1").value().port == 0);
  CHECK(parse_target_rule("[::1]").value().port == 0);
}

TEST_CASE("what is no rule says what to write") {
  CHECK(problem("10.0.0.1/8") == "`10.0.0.1/8` has bits behind its length: write 10.0.0.0/8");
  CHECK(problem("fe80::1/10") == "`fe80::1/10` has bits behind its length: write fe80::/10");
  CHECK(problem("10.0.0.0/33") == "the length of the network `33` is no number from 0 to 32");
  CHECK(problem("10.0.0.0/") == "the length of the network `` is no number from 0 to 32");
  CHECK(problem("10.0.0/8") == "`10.0.0` is no address: write a network as 10.0.0.0/8");
  CHECK(problem("host/8") == "`host` is no address: write a network as 10.0.0.0/8");
  CHECK(problem("10.0.0.300") == "`10.0.0.300` is no IPv4 address");
  CHECK(problem("fe80::zz") == "`fe80::zz` is no IPv6 address");
  CHECK(problem("host:0") == "the port `0` is no number from 1 to 65535");
  CHECK(problem("host:ssh") == "the port `ssh` is no number from 1 to 65535");
  CHECK(problem("host:") == "the port `` is no number from 1 to 65535");
  CHECK(problem("[::1") == "the `[` has no `]`");
  CHECK(problem("[::1]22") == "what follows the `]` is no `:PORT`");
  CHECK(problem("lab*.example") ==
        "`lab*.example`: a `*` stands for whole labels at the beginning, as in *.lab.example");
  CHECK(problem("") == "there is no host: write it like host.example:22");
  CHECK(problem(":22") == "there is no host: write it like host.example:22");
  for (const char* wrong : {"a..b", ".a", "a.", "user@host", "a b", "*.", "ssh://host"}) {
    CHECK_MESSAGE(problem(wrong) != "", wrong);
  }
  CHECK(problem(std::string(64, 'a')) != "");
  CHECK(problem(std::string(63, 'a')) == "");
}
