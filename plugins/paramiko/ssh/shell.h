// The channel of the shell or command: terminal, input, output, and how it ended.
#pragma once

#include <libssh2.h>

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "byte_queue.h"
#include "events.h"
#include "settings.h"
#include "transport.h"

namespace wharf_paramiko::ssh {

// [worker]
class Shell {
 public:
  Shell(Transport& transport, const Settings& settings);
  ~Shell();
  Shell(const Shell&) = delete;
  Shell& operator=(const Shell&) = delete;

  // True once the shell runs, false while it waits for the socket.
  Result<bool> open();

  // Sends what is queued, as much as the peer and our own buffer take.
  Result<void> pump();
  // 0 when there is nothing now.
  Result<size_t> read(std::span<char> buffer);
  // How much was taken.
  size_t write(std::string_view bytes);
  void end_input() { end_of_input_ = true; }
  // Sent by the next pump().
  void resize(Size size) { new_size_ = size; }

  // Whether output, or its end, waits in libssh2's memory: nobody will wake us for it.
  bool has_news() const;
  // Whether all output has been read and no more comes.
  bool ended() const { return ended_; }
  // After ended(): how it ended, once the server has said so.
  Result<std::optional<Exit>> finish();

  bool opened() const { return step_ == Step::Running; }
  bool wants_to_write() const { return !input_.empty() || end_of_input_ || new_size_; }
  // write() had to leave something, and there is room again. Once for each time.
  bool drained();
  size_t queued() const { return input_.size(); }

 private:
  enum class Step { Open, Merge, Pty, Env, Start, Running };
  Result<bool> step();
  // False for "again", an error for what ends the session.
  Result<bool> check(int code, std::string_view doing) const;
  Result<bool> send_eof();

  Transport& transport_;
  const Terminal terminal_;
  const size_t window_;
  const size_t most_input_;
  LIBSSH2_CHANNEL* channel_ = nullptr;
  Step step_ = Step::Open;
  size_t next_variable_ = 0;
  ByteQueue input_;
  bool left_some_ = false;
  bool end_of_input_ = false;
  bool eof_sent_ = false;
  bool ended_ = false;
  std::optional<Size> new_size_;
};

}  // namespace wharf_paramiko::ssh
