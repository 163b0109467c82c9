// What can be said of a private key without its passphrase.
#pragma once

#include <string>

#include "error.h"
#include "secret.h"

namespace wharf_paramiko::ssh {

struct KeyInfo {
  static constexpr size_t largest = 32 << 10;  // bytes
  static constexpr unsigned most_rounds =
      256;  // of bcrypt: a thread is busy for some seconds, and cannot be stopped

  std::string type;  // `ssh-ed25519`, `ssh-rsa`, …
  bool encrypted = false;

  // E_AUTH for what libssh2 cannot use, with what to do about it.
  static Result<KeyInfo> of(const Secret& key);
};

}  // namespace wharf_paramiko::ssh
