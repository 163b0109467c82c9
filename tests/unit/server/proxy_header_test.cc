#include "server/proxy_header.h"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

using wharf::server::ProxyHeader;
using wharf::server::read_proxy_header;

namespace {

using namespace std::string_literals;

const std::string begin = "\r\n\r\n\0\r\nQUIT\n"s;

// `command`: version and command. `family`: family and transport.
std::string block(uint8_t command, uint8_t family, const std::string& rest) {
  return begin + static_cast<char>(command) + static_cast<char>(family) +
         static_cast<char>(rest.size() >> 8) + static_cast<char>(rest.size() & 0xff) + rest;
}

const std::string addresses_v4 = "\xc0\x00\x02\x01\xc0\x00\x02\x09\xdc\x04\x01\xbb"s;
const std::string addresses_v6 =
    "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x02\xdc\x04\x01\xbb"s;
// Two extensions, of 3 bytes and of none.
const std::string extensions = "\x04\x00\x03\xff\xff\xff\xe0\x00\x00"s;

struct Good {
  std::string bytes;
  ProxyHeader::For whom;
  std::string address;
  uint16_t port;
};

const std::vector<Good> good = {
    {"PROXY TCP4 192.0.2.1 192.0.2.9 56324 443\r\n", ProxyHeader::For::Client, "192.0.2.1", 56324},
    {"PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n", ProxyHeader::For::Client,
     "255.255.255.255", 65535},
    {"PROXY TCP4 0.0.0.0 0.0.0.0 0 0\r\n", ProxyHeader::For::Client, "0.0.0.0", 0},
    {"PROXY TCP6 2001:DB8:0:0:0:0:0:1 2001:db8::2 56324 443\r\n", ProxyHeader::For::Client, "2001:db8::1",
     56324},
    {"PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 "
     "65535\r\n",
     ProxyHeader::For::Client, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 65535},
    {"PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2\r\n", ProxyHeader::For::Client, "192.0.2.1", 1},
    {"PROXY UNKNOWN\r\n", ProxyHeader::For::Nobody, "", 0},
    {"PROXY UNKNOWN 192.0.2.1 what\never\r\n", ProxyHeader::For::Nobody, "", 0},
    {"PROXY UNKNOWN " + std::string(91, 'x') + "\r\n", ProxyHeader::For::Nobody, "", 0},
    {block(0x21, 0x11, addresses_v4), ProxyHeader::For::Client, "192.0.2.1", 56324},
    {block(0x21, 0x12, addresses_v4), ProxyHeader::For::Client, "192.0.2.1", 56324},
    {block(0x21, 0x11, addresses_v4 + extensions), ProxyHeader::For::Client, "192.0.2.1", 56324},
    {block(0x21, 0x21, addresses_v6), ProxyHeader::For::Client, "2001:db8::1", 56324},
    {block(0x21, 0x21, addresses_v6 + std::string(4096 - 16 - 36, 'x')), ProxyHeader::For::Client,
     "2001:db8::1", 56324},
    {block(0x21, 0x31, std::string(216, '\0')), ProxyHeader::For::Nobody, "", 0},
    {block(0x21, 0x00, ""), ProxyHeader::For::Nobody, "", 0},
    {block(0x21, 0x10, addresses_v4), ProxyHeader::For::Nobody, "", 0},
    {block(0x21, 0x01, addresses_v4), ProxyHeader::For::Nobody, "", 0},
    {block(0x20, 0x00, ""), ProxyHeader::For::Proxy, "", 0},
    {block(0x20, 0x11, ""), ProxyHeader::For::Proxy, "", 0},
    {block(0x20, 0x11, addresses_v4), ProxyHeader::For::Proxy, "", 0},
};

// "" for a header, "…" for the beginning of one, or what is wrong.
std::string verdict(std::string_view bytes) {
  const auto header = read_proxy_header(bytes);
  if (!header) return header.error().text;
  return *header ? "" : "…";
}

}  // namespace

TEST_CASE("a header says for whom the proxy has connected, and where it ends") {
  for (const Good& each : good) {
    CAPTURE(each.bytes);
    for (const std::string& more : {""s, "GET / HTTP/1.1\r\n\r\n"s, "\x16\x03\x01"s, "\r\n"s, each.bytes}) {
      const auto header = read_proxy_header(each.bytes + more);
      REQUIRE(header.has_value());
      REQUIRE(header->has_value());
      CHECK((*header)->size == each.bytes.size());
      CHECK((*header)->whom == each.whom);
      CHECK((*header)->address == each.address);
      CHECK((*header)->port == each.port);
    }
  }
}

TEST_CASE("a header that was cut anywhere goes on") {
  for (const Good& each : good) {
    for (size_t cut = 0; cut < each.bytes.size(); ++cut) {
      CHECK_MESSAGE(verdict(std::string_view(each.bytes).substr(0, cut)) == "…", each.bytes, " at ", cut);
    }
  }
}

TEST_CASE("what begins otherwise is known by its first wrong byte") {
  for (std::string_view bytes :
       {"GET / HTTP/1.1\r\n", "P\r\n", "PUT", "PROXYTCP4", "proxy TCP4", " PROXY", "\x16\x03\x01",
        "\r\nPROXY", "\r\n\r\n\r\n", "\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"}) {
    CHECK_MESSAGE(verdict(bytes) == "it does not begin with a PROXY header", bytes);
  }
  CHECK(verdict(std::string_view("\0", 1)) == "it does not begin with a PROXY header");
}

TEST_CASE("a line is exactly one") {
  for (std::string_view line : {"PROXY \r\n",
                                "PROXY  TCP4 192.0.2.1 192.0.2.9 1 2\r\n",
                                "PROXY TCP4 192.0.2.1 192.0.2.9 1\r\n",
                                "PROXY TCP4 192.0.2.1 192.0.2.9 1 2 \r\n",
                                "PROXY TCP4 192.0.2.1 192.0.2.9 1 2 3\r\n",
                                "PROXY TCP4 192.0.2.1  192.0.2.9 1 2\r\n",
                                "PROXY TCP4 192.0.2.1 192.0.2.9 01 2\r\n",
                                "PROXY TCP4 192.0.2.1 192.0.2.9 1 65536\r\n",
                                "PROXY TCP4 192.0.2.1 192.0.2.9 -1 2\r\n",
                                "PROXY TCP4 192.0.2.1 192.0.2.9 +1 2\r\n",
                                "PROXY TCP4 192.0.2.1 192.0.2.9 1 2x\r\n",
                                "PROXY TCP4 192.0.2.01 192.0.2.9 1 2\r\n",
                                "PROXY TCP4 192.0.2 192.0.2.9 1 2\r\n",
                                "PROXY TCP4 2001:db8::1 2001:db8::2 1 2\r\n",
                                "PROXY TCP6 192.0.2.1 192.0.2.9 1 2\r\n",
                                "PROXY TCP6 [::1] ::1 1 2\r\n",
                                "PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n",
                                "PROXY TCP6 ::1 ::1g 1 2\r\n",
                                "PROXY TCP5 192.0.2.1 192.0.2.9 1 2\r\n",
                                "PROXY UDP4 192.0.2.1 192.0.2.9 1 2\r\n",
                                "PROXY tcp4 192.0.2.1 192.0.2.9 1 2\r\n",
                                "PROXY UNKNOWNS\r\n",
                                "PROXY UNKNOW\r\n",
                                "PROXY TCP4 192.0.2.1 192.0.2.9 1 2\n\r\n",
                                "PROXY TCP4 192.0.2.1 192.0.2.9 1 \r\n",
                                "PROXY TCP4 192.0.2.1\t192.0.2.9 1 2\r\n"}) {
    CHECK_MESSAGE(verdict(line) == "its PROXY line is not a correct one", line);
  }
  CHECK(verdict("PROXY TCP4 192.0.2.1\0 192.0.2.9 1 2\r\n"s) == "its PROXY line is not a correct one");
  const std::string endless = "PROXY UNKNOWN " + std::string(200, 'x') + "\r\n";
  CHECK(verdict(endless) == "its PROXY line does not end within 107 bytes");
  CHECK(verdict(endless.substr(0, 106)) == "…");
  CHECK(verdict(endless.substr(0, 107)) == "its PROXY line does not end within 107 bytes");
}

TEST_CASE("a block is of version 2, and as long as its addresses at least") {
  for (int command = 0; command < 256; ++command) {
    const std::string bytes = block(static_cast<uint8_t>(command), 0x11, addresses_v4);
    CHECK((verdict(bytes).empty()) == (command == 0x20 || command == 0x21));
  }
  for (int family = 0; family < 256; ++family) {
    const std::string bytes = block(0x21, static_cast<uint8_t>(family), addresses_v6);
    CHECK((verdict(bytes).empty()) == (family >> 4 <= 3 && (family & 0xf) <= 2));
  }
  for (size_t size = 0; size < addresses_v6.size(); ++size) {
    const std::string rest = addresses_v6.substr(0, size);
    CHECK(verdict(block(0x21, 0x21, rest)) == "its PROXY header is too short for its addresses");
    CHECK(verdict(block(0x21, 0x11, rest)).empty() == (size >= addresses_v4.size()));
  }
  const std::string large = block(0x20, 0x00, std::string(4096 - 16 + 1, 'x'));
  CHECK(verdict(large) == "its PROXY header is longer than 4096 bytes");
  CHECK(verdict(large.substr(0, 16)) == "its PROXY header is longer than 4096 bytes");
  CHECK(verdict(large.substr(0, 15)) == "…");
}

TEST_CASE("whatever comes, nothing outside of it is read or claimed") {
  std::mt19937 random(20100928);
  const auto any = [&](size_t below) { return random() % below; };
  for (int round = 0; round < 100'000; ++round) {
    std::string bytes = good[any(good.size())].bytes.substr(0, 200);
    for (size_t changes = any(4); changes > 0; --changes) {
      const size_t at = any(bytes.size());
      if (any(2) == 0) bytes[at] = static_cast<char>(any(256));
      if (any(8) == 0) bytes.erase(at, 1 + any(3));
      if (any(8) == 0) bytes.insert(at, 1 + any(3), static_cast<char>(any(256)));
    }
    // Where nothing else is behind it, a sanitizer sees every step too far.
    const std::vector<char> exact(bytes.begin(), bytes.end());
    const auto header = read_proxy_header({exact.data(), exact.size()});
    if (!header || !*header) continue;
    REQUIRE((*header)->size > 0);
    REQUIRE((*header)->size <= bytes.size());
    REQUIRE(((*header)->whom == ProxyHeader::For::Client) == !(*header)->address.empty());
  }
}
