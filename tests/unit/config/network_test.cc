#include "config/network.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "files.h"

using namespace wharf::config;

namespace {

IpAddress ip(std::string_view text) {
  std::optional<IpAddress> address = parse_ip(text);
  REQUIRE_MESSAGE(address.has_value(), text);
  return *address;
}

bool contains(std::string_view network, std::string_view address) {
  wharf::Result<Network> parsed = parse_network(network);
  REQUIRE_MESSAGE(parsed.has_value(), network);
  return parsed->contains(ip(address));
}

TrustedProxies proxies(std::string_view value) {
  return load_good(with_route("trusted_proxies: " + std::string(value))).trusted_proxies;
}

}  // namespace

TEST_CASE("an address has one spelling") {
  CHECK(ip("192.0.2.1").text() == "192.0.2.1");
  CHECK(ip("::ffff:192.0.2.1").text() == "192.0.2.1");
  CHECK(ip("::FFFF:c000:0201") == ip("192.0.2.1"));
  CHECK(ip("2001:DB8:0:0::0:1").text() == "2001:db8::1");
  CHECK(ip("::").text() == "::");
  CHECK(ip("::1").text() == "::1");
  for (std::string_view none : {"", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4 ",
                                " 1.2.3.4", "[::1]", "1.2.3.4:80", "fe80::1%eth0", "localhost", "1::2::3",
                                "unix", "0x7f.1.1.1", "2001:db8:0:0:0:0:192.0.2.100000000001"}) {
    CHECK_MESSAGE(!parse_ip(none), none);
  }
  CHECK_FALSE(parse_ip(std::string_view("1.2.3.4\0x", 9)));
  CHECK_FALSE(parse_ip(std::string(1000, '1')));
}

TEST_CASE("a network has the addresses that begin like it") {
  CHECK(contains("10.0.0.0/8", "10.255.1.2"));
  CHECK_FALSE(contains("10.0.0.0/8", "11.0.0.0"));
  CHECK(contains("192.0.2.128/25", "192.0.2.128"));
  CHECK_FALSE(contains("192.0.2.128/25", "192.0.2.127"));
  CHECK(contains("192.0.2.1", "192.0.2.1"));
  CHECK(contains("192.0.2.1/32", "192.0.2.1"));
  CHECK_FALSE(contains("192.0.2.1", "192.0.2.2"));
  CHECK(contains("0.0.0.0/0", "203.0.113.9"));
  CHECK(contains("fd00::/8", "fdff::1"));
  CHECK_FALSE(contains("fd00::/8", "fc00::1"));
  CHECK(contains("2001:db8::/33", "2001:db8:7fff::"));
  CHECK_FALSE(contains("2001:db8::/33", "2001:db8:8000::"));
}

TEST_CASE("IPv4 within IPv6 is IPv4, and nothing else of IPv6 is") {
  CHECK(contains("10.0.0.0/8", "::ffff:10.1.2.3"));
  CHECK(contains("::ffff:10.0.0.0/104", "10.1.2.3"));
  CHECK(contains("::ffff:0:0/96", "10.1.2.3"));
  CHECK_FALSE(contains("::/0", "10.1.2.3"));
  CHECK(contains("::/0", "::1"));
  CHECK_FALSE(contains("0.0.0.0/0", "::1"));
}

TEST_CASE("whom to trust is a list of addresses, networks and `unix`") {
  CHECK(load_good(with_route("")).trusted_proxies.none());
  CHECK(proxies("127.0.0.1").trusts("127.0.0.1"));
  const TrustedProxies some = proxies("[127.0.0.1, '::1', 10.0.0.0/8, unix]");
  for (const char* trusted : {"127.0.0.1", "::1", "10.9.8.7", ""})
    CHECK_MESSAGE(some.trusts(trusted), trusted);
  for (const char* other : {"127.0.0.2", "::2", "11.0.0.0", "unix", "somebody"}) {
    CHECK_MESSAGE(!some.trusts(other), other);
  }
  CHECK_FALSE(proxies("10.0.0.0/8").trusts(""));
  CHECK_FALSE(proxies("unix").none());
  CHECK_FALSE(TrustedProxies{}.trusts(""));
  CHECK_FALSE(TrustedProxies{}.trusts("127.0.0.1"));
}

TEST_CASE("what is no address of a proxy says how to write one") {
  CHECK(problem_of("trusted_proxies: [unix, 10.1.2.3/8]") ==
        "routes.yaml:1:25: `10.1.2.3/8` is no address or network of proxies: write 10.0.0.0/8 for the "
        "network, or "
        "10.1.2.3 for the one address; `unix` for unix sockets");
  CHECK(
      problem_of("trusted_proxies: fd00::1/8") ==
      "routes.yaml:1:18: `fd00::1/8` is no address or network of proxies: write fd00::/8 for the network, or "
      "fd00::1 for the one address; `unix` for unix sockets");
  CHECK(problem_of("trusted_proxies: ['::ffff:10.1.2.3/104']").find("write ::ffff:10.0.0.0/104 for") !=
        std::string::npos);
  for (const char* bad : {"10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8x", "10.0.0.0/-1", "10.0.0.0/ 8"}) {
    CHECK_MESSAGE(
        problem_of("trusted_proxies: ['" + std::string(bad) + "']") ==
            "routes.yaml:1:19: `" + std::string(bad) +
                "` is no address or network of proxies: what follows the slash is the number of bits "
                "that count, from 0 to 32; `unix` for unix sockets",
        bad);
  }
  CHECK(problem_of("trusted_proxies: fd00::/129").find("from 0 to 128") != std::string::npos);
  for (const char* bad : {"proxy.example.test", "127.0.0.1:80", "'[::1]'", "'*'", "'unix:/run/nginx.sock'"}) {
    CHECK_MESSAGE(
        problem_of("trusted_proxies: [" + std::string(bad) + "]")
                .find("write an address such as 127.0.0.1 or ::1, or a network such as 10.0.0.0/8 or "
                      "fd00::/8; `unix` for unix sockets") != std::string::npos,
        bad);
  }
  CHECK(problem_of("trusted_proxies: []") ==
        "routes.yaml:1:18: `trusted_proxies` is an empty list: write one entry, or remove the key");
}

TEST_CASE("a listener for the PROXY protocol needs somebody who is trusted to speak it") {
  const Config config =
      load_good(with_route("trusted_proxies: unix\nlisten: [{address: a:1, proxy_protocol: true}, {address: "
                           "a:2, proxy_protocol: false}, a:3]"));
  REQUIRE(config.listen.size() == 3);
  CHECK(config.listen[0].proxy_protocol);
  CHECK_FALSE(config.listen[1].proxy_protocol);
  CHECK_FALSE(config.listen[2].proxy_protocol);
  CHECK(problem_of("listen: [a:2, {address: a:1, proxy_protocol: true}]") ==
        "routes.yaml:1:25: `a:1` has `proxy_protocol`, and nobody is trusted to speak it: name the proxy at "
        "the top "
        "level: `trusted_proxies: [127.0.0.1]`");
  CHECK(load_good(with_route("listen: {address: a:1, proxy_protocol: false}")).listen.size() == 1);
  CHECK(problem_of("listen: {address: a:1, proxy_protocol: v2}").find("`proxy_protocol` cannot be `v2`") !=
        std::string::npos);
}
