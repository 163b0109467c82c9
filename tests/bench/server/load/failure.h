// Ends the run: a wrong byte, a socket that ended, or a system call that failed.
#pragma once

#include <cerrno>
#include <stdexcept>
#include <string>
#include <system_error>

namespace load {

class Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// What a system call returned, unless it failed; `what` names the call.
inline int check(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return result;
}

}  // namespace load
