// libssh2 as a whole.
#pragma once

#include "error.h"

namespace wharf_paramiko::ssh {

// [loader] One object, from before the first session until after the last: libssh2 starts once, and on one
// thread.
class Library {
 public:
  Library();
  ~Library();
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  // E_INTERNAL when it did not start.
  Result<void> check() const;

 private:
  int code_;
};

}  // namespace wharf_paramiko::ssh
