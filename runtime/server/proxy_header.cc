#include "server/proxy_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "config/network.h"

namespace wharf::server {

namespace {

using Reading = Result<std::optional<ProxyHeader>>;

constexpr std::string_view line_begin = "PROXY ";
constexpr size_t longest_line = 107;

constexpr std::string_view block_begin("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr size_t block_head = 16;
constexpr size_t longest_block = 4096;

bool may_become(std::string_view bytes, std::string_view begin) {
  const size_t known = std::min(bytes.size(), begin.size());
  return bytes.substr(0, known) == begin.substr(0, known);
}

// --- Version 1: PROXY TCP4 192.0.2.1 192.0.2.9 56324 443

std::vector<std::string_view> split(std::string_view line) {
  std::vector<std::string_view> words;
  while (true) {
    const size_t space = line.find(' ');
    words.push_back(line.substr(0, space));
    if (space == std::string_view::npos) return words;
    line.remove_prefix(space + 1);
  }
}

std::optional<config::IpAddress> read_address(std::string_view text, bool v6) {
  const bool has_colon = text.find(':') != std::string_view::npos;
  return has_colon == v6 ? config::parse_ip(text) : std::nullopt;
}

std::optional<uint16_t> read_port(std::string_view text) {
  uint16_t port = 0;
  const std::from_chars_result read = std::from_chars(text.data(), text.data() + text.size(), port);
  const bool whole = read.ec == std::errc() && read.ptr == text.data() + text.size();
  const bool canonical = text.size() == 1 || !text.starts_with('0');
  return whole && canonical ? std::optional(port) : std::nullopt;
}

Reading read_line(std::string_view bytes) {
  const size_t end = bytes.substr(0, longest_line).find("\r\n");
  if (end == std::string_view::npos) {
    if (bytes.size() < longest_line) return std::nullopt;
    return failure(fmt::format("its PROXY line does not end within {} bytes", longest_line));
  }
  ProxyHeader header;
  header.size = end + 2;
  const std::vector<std::string_view> words = split(bytes.substr(0, end));
  const std::string_view family = words[1];
  if (family == "UNKNOWN") return header;  // whatever follows
  const bool v6 = family == "TCP6";
  if (words.size() == 6 && (v6 || family == "TCP4")) {
    const std::optional<config::IpAddress> source = read_address(words[2], v6);
    const std::optional<uint16_t> port = read_port(words[4]);
    if (source && port && read_address(words[3], v6) && read_port(words[5])) {
      header.whom = ProxyHeader::For::Client;
      header.address = source->text();
      header.port = *port;
      return header;
    }
  }
  return failure("its PROXY line is not a correct one");
}

// --- Version 2. After the 12 bytes of `block_begin`: version and command, family and transport, the length
// of what follows (2 bytes); then the source's address, the destination's, and the ports of both.

unsigned byte_at(std::string_view bytes, size_t index) { return static_cast<uint8_t>(bytes[index]); }

uint16_t number_at(std::string_view bytes, size_t index) {
  return static_cast<uint16_t>(byte_at(bytes, index) << 8 | byte_at(bytes, index + 1));
}

struct BlockHead {
  unsigned command;    // 0 LOCAL, 1 PROXY
  unsigned family;     // 0 unspecified, 1 IPv4, 2 IPv6, 3 unix
  unsigned transport;  // 0 unspecified, 1 stream, 2 datagram
};

template <size_t size>
std::array<uint8_t, size> copy(std::string_view bytes, size_t begin) {
  std::array<uint8_t, size> out;
  std::transform(bytes.begin() + static_cast<ptrdiff_t>(begin),
                 bytes.begin() + static_cast<ptrdiff_t>(begin + size), out.begin(),
                 [](char c) { return static_cast<uint8_t>(c); });
  return out;
}

// `size` bytes an address.
template <size_t size>
bool read_addresses(std::string_view rest, ProxyHeader& header) {
  if (rest.size() < 2 * size + 4) return false;
  config::IpAddress address;
  if constexpr (size == 4) {
    address = config::IpAddress::v4(copy<size>(rest, 0));
  } else {
    address.bytes = copy<size>(rest, 0);
  }
  header.whom = ProxyHeader::For::Client;
  header.address = address.text();
  header.port = number_at(rest, 2 * size);
  return true;
}

Reading read_block(std::string_view bytes) {
  if (bytes.size() < block_head) return std::nullopt;
  const unsigned version = byte_at(bytes, 12) >> 4;
  const BlockHead head{byte_at(bytes, 12) & 0xf, byte_at(bytes, 13) >> 4, byte_at(bytes, 13) & 0xf};
  if (version != 2 || head.command > 1 || head.family > 3 || head.transport > 2) {
    return failure("its PROXY header is of no known version, command or family");
  }
  ProxyHeader header;
  header.size = block_head + number_at(bytes, 14);
  if (header.size > longest_block) {
    return failure(fmt::format("its PROXY header is longer than {} bytes", longest_block));
  }
  if (bytes.size() < header.size) return std::nullopt;
  if (head.command == 0) {
    header.whom = ProxyHeader::For::Proxy;
    return header;
  }
  const std::string_view rest = bytes.substr(block_head, header.size - block_head);
  bool good = true;
  if (head.transport != 0 && head.family == 1) good = read_addresses<4>(rest, header);
  if (head.transport != 0 && head.family == 2) good = read_addresses<16>(rest, header);
  if (!good) return failure("its PROXY header is too short for its addresses");
  return header;
}

}  // namespace

Reading read_proxy_header(std::string_view bytes) {
  if (bytes.empty()) return std::nullopt;
  if (may_become(bytes, line_begin)) return read_line(bytes);
  if (may_become(bytes, block_begin)) return read_block(bytes);
  return failure("it does not begin with a PROXY header");
}

}  // namespace wharf::server
