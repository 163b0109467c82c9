// How anything in this room fails: a code that a page can act on, and a sentence for a person. No text here
// ever has a secret in it.
#pragma once

#include <tl/expected.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace wharf_paramiko::ssh {

enum class Code {
  Policy,    // the route does not allow this target
  HostKey,   // the host is not known, or not the one that is known
  Auth,      // no method of authentication is left, or too many attempts
  AlgRsa,    // needs RSA with SHA-2, which this libssh2 lacks
  Dns,       // the name has no address
  Refused,   // the host answers, and says no
  Timeout,   // a deadline of Timeouts passed
  Lost,      // the connection ended by itself
  Idle,      // for the consumer: nobody typed
  Limit,     // too much of something: memory, sessions
  Internal,  // a bug, here or in a library
};

// `E_POLICY` and so on.
std::string_view name_of(Code code);

struct Error {
  Code code = Code::Internal;
  std::string text;    // names the object, the cause and the remedy
  bool retry = false;  // the same again may succeed
};

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> failure(Code code, std::string text, bool retry = false) {
  return tl::make_unexpected(Error{code, std::move(text), retry});
}

}  // namespace wharf_paramiko::ssh
