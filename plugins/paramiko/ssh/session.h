// One SSH session: from a name to a shell, over one socket, on one worker.
//
//   resolve -> connect -> handshake -> host key -> authentication -> shell
//
// begin() starts it; from then on Events tell what happens, and what a person has to decide is answered here.
// Everything is [worker], and nothing blocks it: names are looked up and files are read in the pool, and each
// attempt to authenticate runs on a thread of its own, since libssh2 asks for answers in the middle of a
// call, and an encrypted key takes a while to open.
//
// Output is pulled: not calling read() closes libssh2's window, and the remote process waits. Input is
// pushed, and bounded.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "credential.h"
#include "events.h"
#include "loop.h"
#include "settings.h"

namespace wharf_paramiko::ssh {

class Sftp;

class Session {
 public:
  // `loop` and `events` outlive the session.
  Session(Loop& loop, Events& events, Settings settings);
  // In a channel of `through`, which has opened and outlives this session. The far end looks up the name, so
  // the policy checks what check_unresolved() can. When `through` fails, so does this.
  Session(Loop& loop, Events& events, Settings settings, Session& through);
  // Says goodbye if it can be said at once, and closes the socket. It waits for the thread of an attempt to
  // authenticate, which ends at once unless it is opening an encrypted key (see KeyInfo::most_rounds).
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Once. Errors, too, come by Events::failed(), and not within this call.
  void begin();

  // Answers HostKeyReport::question. `remember` writes the key to a known_hosts file.
  void answer_host_key(bool accept, bool remember);
  // Answers AuthRequest. A method that the request did not offer counts as an attempt that failed.
  void authenticate(Credential credential);
  // Answers Prompts; too few answers are filled up with empty ones.
  void answer_prompts(std::vector<Secret> answers);

  // Bytes of output, at most buffer.size(); 0 when there are none now: readable() follows when there are.
  // Stderr comes in the same stream. A buffer of 64 KiB is fastest.
  size_t read(std::span<char> buffer);
  // Queues input for the shell; answers how much was taken. If that is not all, writable() follows. Before
  // opened(), and after exited(), all is taken, for nobody.
  size_t write(std::string_view bytes);
  // No more input. What is queued is sent first.
  void end_input();
  // At most one per 50 ms goes out, and the last one always: before what is written next, too.
  void resize(Size size);

  // Files over this session; nullptr before opened() and after failed(). Made at the first call, and ends
  // with the session.
  Sftp* sftp();

  size_t memory() const;         // [worker] bytes that libssh2 holds now
  size_t queued_input() const;   // bytes that write() took and that have not been sent
  size_t queued_output() const;  // bytes that the socket has not taken

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace wharf_paramiko::ssh
