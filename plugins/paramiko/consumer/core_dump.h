// A core dump would show what must not be seen. Passwords and keys are wiped as soon as they have been used,
// but a crash may come sooner; and the keys of a session, what waits to be sent and what has been shown lie
// in memory as long as it lasts, pieces of it in registers.
#pragma once

namespace wharf_paramiko {

// [loader] From now on a crash of this process leaves no core dump, neither in a file nor to a program. It is
// for the whole process and stays; who looks for the cause of a crash raises the limit again (`prlimit
// --core`). False: it could not be done.
bool forbid_core_dumps();

}  // namespace wharf_paramiko
