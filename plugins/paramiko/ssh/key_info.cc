#include "key_info.h"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <memory>
#include <optional>

#include "base64.h"
#include "wire.h"

namespace wharf_paramiko::ssh {

namespace {

constexpr std::string_view begin_openssh = "-----BEGIN OPENSSH PRIVATE KEY-----";
constexpr std::string_view end_openssh = "-----END OPENSSH PRIVATE KEY-----";

tl::unexpected<Error> unusable(std::string_view why) {
  return failure(Code::Auth, fmt::format("this private key cannot be used: {}", why));
}

Result<KeyInfo> of_openssh_bytes(std::string_view bytes) {
  constexpr std::string_view magic("openssh-key-v1\0", 15);
  if (!bytes.starts_with(magic))
    return unusable("its text is damaged: copy the whole file, line breaks included");
  Wire wire(bytes.substr(magic.size()));
  const std::optional<std::string_view> cipher = wire.string();
  const std::optional<std::string_view> kdf = wire.string();
  const std::optional<std::string_view> options = wire.string();
  const std::optional<uint32_t> count = wire.number();
  const std::optional<std::string_view> blob = wire.string();
  if (!blob || count != 1) return unusable("its text is damaged: copy the whole file, line breaks included");
  KeyInfo info;
  info.encrypted = *cipher != "none";
  info.type = Wire(*blob).string().value_or(std::string_view());
  if (kdf == "bcrypt") {
    Wire bcrypt(*options);
    bcrypt.string();  // the salt
    if (bcrypt.number().value_or(KeyInfo::most_rounds + 1) > KeyInfo::most_rounds) {
      return unusable(
          fmt::format("its passphrase is hashed more than {} times: set it anew by `ssh-keygen -p -a 64`",
                      KeyInfo::most_rounds));
    }
  }
  return info;
}

Result<KeyInfo> of_openssh(std::string_view text) {
  const size_t begin = text.find(begin_openssh) + begin_openssh.size();
  const size_t end = text.find(end_openssh, begin);
  if (end == std::string_view::npos) return unusable("its last line is missing: copy the whole file");
  std::string digits;
  digits.reserve(end - begin);  // so that it leaves no copies while growing
  for (const char c : text.substr(begin, end - begin)) {
    if (c != '\n' && c != '\r' && c != ' ') digits += c;
  }
  std::optional<std::string> bytes = from_base64(digits);
  wipe(digits);
  if (!bytes) return unusable("its text is damaged: copy the whole file, line breaks included");
  Result<KeyInfo> info = of_openssh_bytes(*bytes);
  wipe(*bytes);
  return info;
}

std::string type_in_pkcs8(std::string_view text) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(
      BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free);
  std::string empty;
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, empty.data()), EVP_PKEY_free);
  if (!key) return {};
  switch (EVP_PKEY_base_id(key.get())) {
    case EVP_PKEY_RSA:
      return "ssh-rsa";
    case EVP_PKEY_EC:
      return "ecdsa";
    case EVP_PKEY_DSA:
      return "ssh-dss";
    case EVP_PKEY_ED25519:
      return "ed25519 in PKCS#8";
    default:
      return {};
  }
}

Result<KeyInfo> of_pem(std::string_view text) {
  KeyInfo info;
  info.encrypted = text.find("Proc-Type: 4,ENCRYPTED") != std::string_view::npos;
  if (text.find("-----BEGIN RSA PRIVATE KEY-----") != std::string_view::npos) {
    info.type = "ssh-rsa";
  } else if (text.find("-----BEGIN EC PRIVATE KEY-----") != std::string_view::npos) {
    info.type = "ecdsa";
  } else if (text.find("-----BEGIN DSA PRIVATE KEY-----") != std::string_view::npos) {
    info.type = "ssh-dss";
  } else if (text.find("-----BEGIN PRIVATE KEY-----") != std::string_view::npos) {
    info.type = type_in_pkcs8(text);
  } else if (text.find("-----BEGIN ENCRYPTED PRIVATE KEY-----") != std::string_view::npos) {
    // How long it takes to open is the file's choice, without a bound.
    return unusable("it is encrypted in PKCS#8: convert it by `ssh-keygen -p -f FILE`");
  } else if (text.find("PuTTY-User-Key-File") != std::string_view::npos) {
    return unusable("it is PuTTY's: export it as an OpenSSH key, by `puttygen FILE -O private-openssh-new`");
  } else {
    return unusable("it is neither OpenSSH's nor PEM: choose the file without .pub");
  }
  return info;
}

}  // namespace

Result<KeyInfo> KeyInfo::of(const Secret& key) {
  if (key.empty()) return unusable("it is empty: choose a file");
  if (key.size() > largest) return unusable("it is larger than 32 KiB: choose the file of a key");
  const bool openssh = key.view().find(begin_openssh) != std::string_view::npos;
  Result<KeyInfo> info = openssh ? of_openssh(key.view()) : of_pem(key.view());
  if (!info) return info;
  if (info->type == "ssh-dss") return unusable("DSA is broken: make a key by `ssh-keygen -t ed25519`");
  if (info->type.starts_with("sk-")) {
    return unusable("it lives on a security key, which a server cannot reach: use another key");
  }
  if (info->type == "ed25519 in PKCS#8") {
    return unusable("ed25519 is understood in OpenSSH's format alone: convert it by `ssh-keygen -p -f FILE`");
  }
  return info;
}

}  // namespace wharf_paramiko::ssh
