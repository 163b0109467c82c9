#include "host_key.h"

#include <libssh2.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>

#include "base64.h"
#include "names.h"
#include "wire.h"

namespace wharf_paramiko::ssh {

namespace {

// Certificates are left out: libssh2 would take one without asking who signed it.
constexpr std::string_view sound = "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521";
constexpr std::string_view rsa_sha2 = "rsa-sha2-512,rsa-sha2-256";

bool fits(std::string_view algorithm, std::string_view type) {
  return algorithm == type || (type == "ssh-rsa" && algorithm.starts_with("rsa-sha2-"));
}

}  // namespace

std::string fingerprint(std::string_view blob) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(blob.data()), blob.size(), digest.data());
  std::string text = base64({reinterpret_cast<const char*>(digest.data()), digest.size()});
  while (text.ends_with('=')) text.pop_back();
  return "SHA256:" + text;
}

std::string_view key_type(std::string_view blob) { return Wire(blob).string().value_or(std::string_view()); }

bool has_rsa_sha2() { return LIBSSH2_VERSION_NUM >= 0x010b00; }

std::string preferred_host_keys(std::string_view usual, const std::vector<std::string>& known_types) {
  std::vector<std::string_view> names = split_names(usual.empty() ? sound : usual);
  if (usual.empty() && has_rsa_sha2()) {
    for (const std::string_view name : split_names(rsa_sha2)) names.push_back(name);
  }
  std::stable_partition(names.begin(), names.end(), [&](std::string_view name) {
    return std::any_of(known_types.begin(), known_types.end(),
                       [&](const std::string& type) { return fits(name, type); });
  });
  return join_names(names);
}

bool any_fits(std::string_view algorithms, std::string_view type) {
  const std::vector<std::string_view> names = split_names(algorithms);
  return std::any_of(names.begin(), names.end(), [&](std::string_view name) { return fits(name, type); });
}

}  // namespace wharf_paramiko::ssh
