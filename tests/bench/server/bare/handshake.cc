#include "handshake.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <array>

namespace bare {
namespace {

constexpr std::string_view key_name = "Sec-WebSocket-Key: ";
constexpr std::string_view guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

}  // namespace

std::string_view path_of(std::string_view head) {
  const std::string_view path = head.substr(head.find(' ') + 1);
  return path.substr(0, path.find(' '));
}

std::string answer_to(std::string_view head) {
  std::string_view key = head.substr(head.find(key_name) + key_name.size());
  key = key.substr(0, key.find('\r'));
  const std::string joined = std::string(key) + std::string(guid);
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  SHA1(reinterpret_cast<const unsigned char*>(joined.data()), joined.size(), digest.data());
  std::array<unsigned char, 32> accept{};
  EVP_EncodeBlock(accept.data(), digest.data(), digest.size());
  return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: "
         "Upgrade\r\nSec-WebSocket-Accept: " +
         std::string(reinterpret_cast<const char*>(accept.data())) + "\r\n\r\n";
}

}  // namespace bare
