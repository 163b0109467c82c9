// A host's public key in the form of the wire: its type, then what belongs to the type.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace wharf_paramiko::ssh {

// `SHA256:` and base64 without padding, as ssh-keygen -l shows it.
std::string fingerprint(std::string_view blob);

// `ssh-ed25519`; empty for what is no key.
std::string_view key_type(std::string_view blob);

// Whether this libssh2 can check signatures of RSA with SHA-2, the only ones that a current OpenSSH makes.
bool has_rsa_sha2();

// The algorithms for LIBSSH2_METHOD_HOSTKEY: those of `usual` (comma-separated, empty for what is sound),
// with those in front that fit a key of one of `known_types`. Then a host proves the key that is known of it,
// not another one that it has as well.
std::string preferred_host_keys(std::string_view usual, const std::vector<std::string>& known_types);

// Whether one of the comma-separated `algorithms` makes signatures with a key of `type`.
bool any_fits(std::string_view algorithms, std::string_view type);

}  // namespace wharf_paramiko::ssh
