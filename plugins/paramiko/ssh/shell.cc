#include "shell.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace wharf_paramiko::ssh {

namespace {

constexpr unsigned packet_size = 32768;  // larger ones gain nothing

unsigned size_of(std::string_view text) { return static_cast<unsigned>(text.size()); }

}  // namespace

Shell::Shell(Transport& transport, const Settings& settings)
    : transport_(transport),
      terminal_(settings.terminal),
      window_(settings.window),
      most_input_(settings.stdin_queue) {}

Shell::~Shell() {
  if (channel_ != nullptr) libssh2_channel_free(channel_);
}

Result<bool> Shell::check(int code, std::string_view doing) const {
  if (code == LIBSSH2_ERROR_EAGAIN && !transport_.socket().ended()) return false;
  if (code >= 0) return true;
  if (code == LIBSSH2_ERROR_CHANNEL_REQUEST_DENIED || code == LIBSSH2_ERROR_CHANNEL_FAILURE) {
    return failure(Code::Refused, fmt::format("{} does not allow {}: ask for the rights of this user there",
                                              transport_.name(), doing));
  }
  return tl::make_unexpected(transport_.error(code, doing));
}

Result<bool> Shell::open() {
  while (step_ != Step::Running) {
    Result<bool> done = step();
    if (!done || !*done) return done;
  }
  return true;
}

Result<bool> Shell::step() {
  switch (step_) {
    case Step::Open: {
      channel_ = libssh2_channel_open_ex(transport_.raw(), "session", sizeof "session" - 1,
                                         static_cast<unsigned>(window_), packet_size, nullptr, 0);
      if (channel_ == nullptr)
        return check(libssh2_session_last_errno(transport_.raw()), "opening a session");
      step_ = Step::Merge;
      return true;
    }
    case Step::Merge: {
      // Reading two streams in turn loses wake-ups: each call may take the other's bytes off the socket.
      Result<bool> done =
          check(libssh2_channel_handle_extended_data2(channel_, LIBSSH2_CHANNEL_EXTENDED_DATA_MERGE),
                "opening a session");
      if (done && *done) step_ = Step::Pty;
      return done;
    }
    case Step::Pty: {
      const Size& size = terminal_.size;
      Result<bool> done =
          check(libssh2_channel_request_pty_ex(channel_, terminal_.term.data(), size_of(terminal_.term),
                                               nullptr, 0, size.columns, size.rows, size.width, size.height),
                "a terminal");
      if (done && *done) step_ = Step::Env;
      return done;
    }
    case Step::Env: {
      if (next_variable_ == terminal_.env.size()) {
        step_ = Step::Start;
        return true;
      }
      const auto& [name, value] = terminal_.env[next_variable_];
      const int code =
          libssh2_channel_setenv_ex(channel_, name.data(), size_of(name), value.data(), size_of(value));
      if (code == LIBSSH2_ERROR_EAGAIN) return false;
      ++next_variable_;  // a server takes the names it knows, and says no to the others
      return true;
    }
    case Step::Start: {
      const bool shell = terminal_.command.empty();
      const std::string_view request = shell ? "shell" : "exec";
      Result<bool> done = check(libssh2_channel_process_startup(channel_, request.data(), size_of(request),
                                                                shell ? nullptr : terminal_.command.data(),
                                                                size_of(terminal_.command)),
                                shell ? "a shell" : "this command");
      if (done && *done) step_ = Step::Running;
      return done;
    }
    case Step::Running:
      break;
  }
  return true;
}

Result<void> Shell::pump() {
  if (new_size_) {
    const Size size = *new_size_;
    const int code =
        libssh2_channel_request_pty_size_ex(channel_, size.columns, size.rows, size.width, size.height);
    if (code == LIBSSH2_ERROR_EAGAIN) return {};
    new_size_.reset();  // a server that does not want to know is none to leave
  }
  while (!input_.empty() && transport_.socket().pending() < Socket::enough) {
    const std::string_view bytes = input_.view();
    const ssize_t written = libssh2_channel_write(channel_, bytes.data(), bytes.size());
    if (written == 0 || written == LIBSSH2_ERROR_EAGAIN) return {};
    if (written == LIBSSH2_ERROR_CHANNEL_CLOSED || written == LIBSSH2_ERROR_CHANNEL_EOF_SENT) {
      input_.clear();  // it has ended, and says so when its output has been read
      return {};
    }
    if (written < 0) return tl::make_unexpected(transport_.error(static_cast<int>(written), "sending input"));
    input_.pop(static_cast<size_t>(written));
  }
  if (input_.empty() && end_of_input_) {
    const Result<bool> sent = send_eof();
    if (!sent) return tl::make_unexpected(sent.error());
    if (*sent) end_of_input_ = false;
  }
  return {};
}

Result<bool> Shell::send_eof() {
  if (eof_sent_) return true;
  Result<bool> sent = check(libssh2_channel_send_eof(channel_), "ending the input");
  if (sent && *sent) eof_sent_ = true;
  return sent;
}

Result<size_t> Shell::read(std::span<char> buffer) {
  if (ended_ || channel_ == nullptr || buffer.empty()) return 0;
  const ssize_t size = libssh2_channel_read(channel_, buffer.data(), buffer.size());
  if (size > 0) return static_cast<size_t>(size);
  if (size < 0 && size != LIBSSH2_ERROR_EAGAIN) {
    return tl::make_unexpected(transport_.error(static_cast<int>(size), "reading output"));
  }
  // 0 is no end: only this is.
  ended_ = libssh2_channel_eof(channel_) == 1;
  return 0;
}

size_t Shell::write(std::string_view bytes) {
  if (eof_sent_ || end_of_input_) return bytes.size();  // to nobody
  const size_t room = most_input_ - std::min(most_input_, input_.size());
  const size_t taken = std::min(room, bytes.size());
  input_.append(bytes.substr(0, taken));
  if (taken < bytes.size()) left_some_ = true;
  return taken;
}

bool Shell::drained() {
  if (!left_some_ || !input_.empty()) return false;
  left_some_ = false;
  return true;
}

bool Shell::has_news() const {
  if (channel_ == nullptr || ended_) return false;
  unsigned long available = 0;
  libssh2_channel_window_read_ex(channel_, &available, nullptr);
  return available > 0 || libssh2_channel_eof(channel_) == 1;
}

Result<std::optional<Exit>> Shell::finish() {
  const Result<bool> sent = send_eof();
  if (!sent) return tl::make_unexpected(sent.error());
  if (!*sent) return std::nullopt;
  // The server closes when the process is gone and its status has been sent. To close first would end a
  // process that has merely closed its output.
  const Result<bool> closed = check(libssh2_channel_wait_closed(channel_), "waiting for the exit status");
  if (!closed) return tl::make_unexpected(closed.error());
  if (!*closed) return std::nullopt;
  Exit how{.status = libssh2_channel_get_exit_status(channel_), .signal = {}};
  char* signal = nullptr;
  size_t size = 0;
  libssh2_channel_get_exit_signal(channel_, &signal, &size, nullptr, nullptr, nullptr, nullptr);
  if (signal != nullptr) {
    how.signal.assign(signal, size);
    libssh2_free(transport_.raw(), signal);
  }
  // Our close goes into our own buffer, so this does not have to be asked again.
  libssh2_channel_free(channel_);
  channel_ = nullptr;
  return how;
}

}  // namespace wharf_paramiko::ssh
