// The ways to say who one is.
#pragma once

#include <variant>

#include "secret.h"

namespace wharf_paramiko::ssh {

struct Password {
  Secret password;
};
// A private key as its file has it, OpenSSH's or PEM; at most 32 KiB. The passphrase may be empty.
struct PublicKey {
  Secret key;
  Secret passphrase;
};
// The server asks by Events::prompts().
struct KeyboardInteractive {};
// Each key of the agent behind Settings::agent_socket in turn.
struct Agent {};

using Credential = std::variant<Password, PublicKey, KeyboardInteractive, Agent>;

}  // namespace wharf_paramiko::ssh
