// SPDX-License-Identifier: MIT
//
// The word by which the owner of a terminal comes back.
//
// Each return makes a new one. It goes out with `ready`, which may be lost with the very socket that has just
// come: so the one that was shown works on, until its owner says something behind the new one.
#pragma once

#include <string>
#include <string_view>

#include "secret.h"

namespace wharf_paramiko::terminal {

class ResumeToken {
 public:
  // A new one, to be told to the owner. Throws std::runtime_error when OpenSSL has no entropy.
  std::string renew();
  // The owner has the latest.
  void arrived() { shown_.clear(); }
  // Whether somebody may come back by this one; renew() follows. Takes as long for a wrong one as for a right
  // one.
  bool accept(std::string_view given);

 private:
  Secret latest_;
  Secret shown_;  // while nobody knows whether the latest has arrived
};

}  // namespace wharf_paramiko::terminal
