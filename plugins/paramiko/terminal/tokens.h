// SPDX-License-Identifier: MIT
//
// Words that nobody guesses.
#pragma once

#include <string>
#include <string_view>

#include "secret.h"

namespace wharf_paramiko::terminal {

// [any-thread] 256 random bits as 43 characters of base64url. Throws std::runtime_error when OpenSSL has no
// entropy.
Secret random_token();

// [any-thread] 96 random bits as 16 characters: a name, and no proof of anything.
std::string random_id();

// [any-thread] Takes as long for a wrong token as for the right one. An empty token equals none.
bool same_token(std::string_view expected, std::string_view given);

}  // namespace wharf_paramiko::terminal
