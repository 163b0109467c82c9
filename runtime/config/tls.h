// `tls:` of a listener, the files of its certificate and key.
#pragma once

#include <filesystem>
#include <memory>

#include "config/findings.h"
#include "config/node.h"
#include "config/tls_identity.h"

namespace wharf::config {

// [loader] {certificate: FILE, key: FILE}, relative to `base`. Reads both and has OpenSSL try them. Null when
// they cannot be used; `findings` then has the reason. What is used all the same is in `warnings`.
std::shared_ptr<const TlsIdentity> read_tls(const Node& node, const std::filesystem::path& base,
                                            Problems& warnings, Findings& findings);

}  // namespace wharf::config
