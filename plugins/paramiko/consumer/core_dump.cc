#include "consumer/core_dump.h"

#include <sys/resource.h>

namespace wharf_paramiko {

bool forbid_core_dumps() {
  // core(5): a limit of 0 does not keep a dump from a program in core_pattern, a limit of 1 does.
  rlimit limit{};
  if (getrlimit(RLIMIT_CORE, &limit) != 0) return false;
  if (limit.rlim_max < 1) return true;  // forbidden already, and not to be raised
  limit.rlim_cur = 1;
  return setrlimit(RLIMIT_CORE, &limit) == 0;
}

}  // namespace wharf_paramiko
