#include "layer/redis/fernet.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace wharf::layer::redis {

namespace {

constexpr char version = '\x80';
constexpr size_t time_size = 8;
constexpr size_t block_size = 16;
constexpr size_t signature_size = 32;
constexpr size_t head_size = 1 + time_size + block_size;
constexpr size_t smallest = head_size + block_size + signature_size;
// More than a value of Redis holds, and little enough for the lengths of OpenSSL, which are ints.
constexpr size_t largest = size_t{1} << 30;
constexpr uint64_t clock_skew = 60;

struct CipherFree {
  void operator()(EVP_CIPHER_CTX* cipher) const { EVP_CIPHER_CTX_free(cipher); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, CipherFree>;
using Signature = std::array<unsigned char, signature_size>;

const unsigned char* raw(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* raw(std::string& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

UnixTime clock_now() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

uint64_t number_of(UnixTime time) { return static_cast<uint64_t>(time.time_since_epoch().count()); }

// OpenSSL writes and reads the alphabet of RFC 4648 section 4, Fernet that of section 5.
std::string to_base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  text.resize(static_cast<size_t>(EVP_EncodeBlock(raw(text), raw(bytes), static_cast<int>(bytes.size()))));
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return text;
}

std::optional<std::string> from_base64(std::string_view token) {
  const size_t letters = token.find_last_not_of('=') + 1;
  const size_t padding = token.size() - letters;
  // EVP_DecodeBlock skips spaces around the text.
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  if (token.size() % 4 != 0 || padding > 2 || token.size() > largest) return std::nullopt;
  if (!std::all_of(token.begin(), token.begin() + static_cast<std::ptrdiff_t>(letters), is_letter))
    return std::nullopt;
  std::string text(token);
  std::replace(text.begin(), text.end(), '-', '+');
  std::replace(text.begin(), text.end(), '_', '/');
  std::string bytes(text.size() / 4 * 3, '\0');
  if (EVP_DecodeBlock(raw(bytes), raw(std::string_view(text)), static_cast<int>(text.size())) < 0)
    return std::nullopt;
  bytes.resize(bytes.size() - padding);
  return bytes;
}

bool sign(std::span<const unsigned char, 16> key, std::string_view bytes, Signature& signature) {
  unsigned int size = 0;
  return HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), raw(bytes), bytes.size(),
              signature.data(), &size) != nullptr &&
         size == signature.size();
}

bool is_signed(std::span<const unsigned char, 16> key, std::string_view bytes, std::string_view signature) {
  Signature expected;
  return sign(key, bytes, expected) && CRYPTO_memcmp(expected.data(), signature.data(), expected.size()) == 0;
}

// Nothing when the padding is none, or OpenSSL fails.
std::optional<std::string> run_cipher(bool encrypts, std::span<const unsigned char, 16> key,
                                      const unsigned char* iv, std::string_view input) {
  const Cipher cipher(EVP_CIPHER_CTX_new());
  std::string output(input.size() + block_size, '\0');
  int size = 0;
  int rest = 0;
  if (!cipher ||
      EVP_CipherInit_ex2(cipher.get(), EVP_aes_128_cbc(), key.data(), iv, encrypts ? 1 : 0, nullptr) != 1 ||
      EVP_CipherUpdate(cipher.get(), raw(output), &size, raw(input), static_cast<int>(input.size())) != 1 ||
      EVP_CipherFinal_ex(cipher.get(), raw(output) + size, &rest) != 1)
    return std::nullopt;
  output.resize(static_cast<size_t>(size) + static_cast<size_t>(rest));
  return output;
}

Result<void> check_age(uint64_t made, uint64_t now, std::chrono::seconds oldest) {
  if (now > made && now - made > static_cast<uint64_t>(oldest.count()))
    return failure("the message is older than the expiry of the channel layer allows");
  if (made > now && made - now > clock_skew)
    return failure("the message is from the future: the clocks of its sender and of this machine differ");
  return {};
}

}  // namespace

Result<Fernet> Fernet::make(std::span<const std::string> texts) {
  if (texts.empty()) return failure("encryption needs a key");
  std::vector<Key> keys;
  keys.reserve(texts.size());
  for (const std::string& text : texts) {
    std::array<unsigned char, 32> digest;
    unsigned int size = 0;
    if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1)
      return failure("OpenSSL has no SHA-256");
    Key& key = keys.emplace_back();
    std::copy_n(digest.begin(), 16, key.sign.begin());
    std::copy_n(digest.begin() + 16, 16, key.encrypt.begin());
  }
  return Fernet(std::move(keys));
}

Result<std::string> Fernet::encrypt(std::string_view plain) const {
  Iv iv;
  if (RAND_bytes(iv.data(), static_cast<int>(iv.size())) != 1) return failure("OpenSSL has no random bytes");
  return encrypt(plain, clock_now(), iv);
}

Result<std::string> Fernet::encrypt(std::string_view plain, UnixTime now, const Iv& iv) const {
  if (plain.size() > largest / 2) return failure("a message of more than 512 MiB is not encrypted");
  const std::optional<std::string> encrypted = run_cipher(true, keys_[0].encrypt, iv.data(), plain);
  if (!encrypted) return failure("OpenSSL cannot encrypt with AES-128-CBC");
  std::string token(1, version);
  const uint64_t made = number_of(now);
  for (int shift = 56; shift >= 0; shift -= 8) token += static_cast<char>(made >> shift & 0xff);
  token.append(iv.begin(), iv.end());
  token += *encrypted;
  Signature signature;
  if (!sign(keys_[0].sign, token, signature)) return failure("OpenSSL cannot sign with HMAC-SHA256");
  token.append(signature.begin(), signature.end());
  return to_base64(token);
}

Result<std::string> Fernet::decrypt(std::string_view token,
                                    std::optional<std::chrono::seconds> oldest) const {
  return decrypt(token, oldest, clock_now());
}

Result<std::string> Fernet::decrypt(std::string_view token, std::optional<std::chrono::seconds> oldest,
                                    UnixTime now) const {
  const std::optional<std::string> bytes = from_base64(token);
  if (!bytes || bytes->size() < smallest || (*bytes)[0] != version)
    return failure("the message is not encrypted, or was damaged: it is no Fernet token");
  const std::string_view all = *bytes;
  const std::string_view signed_part = all.substr(0, all.size() - signature_size);
  const std::string_view signature = all.substr(signed_part.size());
  const auto key = std::find_if(keys_.begin(), keys_.end(), [&](const Key& candidate) {
    return is_signed(candidate.sign, signed_part, signature);
  });
  if (key == keys_.end())
    return failure("the message was encrypted with a key that is not known here, or was damaged");
  if (oldest) {
    uint64_t made = 0;
    for (char byte : all.substr(1, time_size)) made = made << 8 | static_cast<unsigned char>(byte);
    const Result<void> in_time = check_age(made, number_of(now), *oldest);
    if (!in_time) return tl::make_unexpected(in_time.error());
  }
  std::optional<std::string> plain =
      run_cipher(false, key->encrypt, raw(all.substr(1 + time_size)), signed_part.substr(head_size));
  if (!plain) return failure("the message was signed, but not encrypted with AES-128-CBC as Fernet tells");
  return std::move(*plain);
}

}  // namespace wharf::layer::redis
