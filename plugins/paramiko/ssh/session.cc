#include "session.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <array>
#include <utility>

#include "session_impl.h"

namespace wharf_paramiko::ssh {

namespace {

constexpr std::chrono::milliseconds between_sizes{50};

}  // namespace

Session::Impl::Impl(Loop& loop, Events& events, Settings settings, Impl* through)
    : loop_(loop),
      events_(events),
      settings_(std::move(settings)),
      through_(through),
      attempts_left_(settings_.max_attempts) {}

Session::Impl::~Impl() = default;

void Session::Impl::later(std::function<void()> task) {
  loop_.post([task = std::move(task), weak = std::weak_ptr<char>(alive_)] {
    if (!weak.expired()) task();
  });
}

void Session::Impl::later_if_open(std::function<void()> task) {
  later([this, task = std::move(task)] {
    if (stage_ == Stage::Open) task();
  });
}

void Session::Impl::fail(Error why) {
  if (stage_ == Stage::Over) return;
  stage_ = Stage::Over;
  watch_.reset();
  deadline_.reset();
  keepalive_.reset();
  resize_timer_.reset();
  // Not here: whoever noticed may be in the middle of one of these.
  later([this, why = std::move(why)] {
    dialer_.reset();
    authenticator_.reset();
    sftp_.reset();
    forwards_.clear();
    shell_.reset();
    transport_.reset();
    events_.failed(why);
  });
}

void Session::Impl::set_deadline(std::chrono::milliseconds time, std::string what) {
  deadline_ = loop_.timer(time, [this, what = std::move(what), time] {
    fail({Code::Timeout,
          fmt::format("{}:{} took longer than {} s for {}: try again, or raise the timeout", settings_.host,
                      settings_.port, std::chrono::duration_cast<std::chrono::seconds>(time).count(), what),
          true});
  });
}

void Session::Impl::wake() {
  if (std::exchange(wake_posted_, true)) return;
  later([this] {
    wake_posted_ = false;
    turn(0);
  });
}

void Session::Impl::turn(unsigned happened) {
  if (!owns_transport()) return;
  transport_->socket().flush();
  switch (stage_) {
    case Stage::Handshake:
      return handshake();
    case Stage::AskedHostKey:
    case Stage::AskedCredential:
      return peer_spoke(happened);
    case Stage::Opening:
      return open();
    case Stage::Open:
      return pump(happened);
    case Stage::Idle:
    case Stage::Dialing:
    case Stage::Attempt:
    case Stage::Over:
      return;
  }
}

bool Session::Impl::owns_transport() const {
  return transport_ && stage_ != Stage::Attempt && stage_ != Stage::Over;
}

void Session::Impl::arm() {
  if (!watch_) return;
  const Socket& socket = transport_->socket();
  unsigned mask = 0;
  switch (stage_) {
    case Stage::Handshake:
    case Stage::AskedHostKey:
    case Stage::AskedCredential:
    case Stage::Opening:
      mask = Loop::Read;
      break;
    case Stage::Open:
      // A shell whose owner takes no output is left alone, so that its window closes; unless it has something
      // to send, for which the peer's window adjustments are needed. Most owners read as soon as they are
      // told, and to look away for that moment would cost them three system calls.
      if ((shell_ && (!left_unread_ || shell_->wants_to_write() || shell_->ended())) || !forwards_.empty() ||
          sftp_busy_ || (sftp_ && !shell_)) {
        mask = Loop::Read;
      }
      break;
    case Stage::Idle:
    case Stage::Dialing:
    case Stage::Attempt:
    case Stage::Over:
      break;
  }
  if (socket.ended()) mask = 0;  // there is nothing left to wait for
  if (owns_transport() && socket.pending() > 0) mask |= Loop::Write;
  if (std::exchange(mask_, mask) != mask) loop_.modify(*watch_, mask);
}

void Session::Impl::open() {
  if (settings_.terminal.wanted) {
    if (!shell_) shell_ = std::make_unique<Shell>(*transport_, settings_);
    const Result<bool> done = shell_->open();
    if (!done) return fail(done.error());
    if (!*done) return arm();
  }
  opened();
}

void Session::Impl::opened() {
  stage_ = Stage::Open;
  deadline_.reset();
  // A reply to each would be kept by libssh2 for ever (want_reply). Dead peers are TCP_USER_TIMEOUT's affair.
  libssh2_keepalive_config(transport_->raw(), 0, static_cast<unsigned>(settings_.keepalive.count()));
  keep_alive();
  arm();
  send_resize();
  wake();  // output may have come along
  Opened what = transport_->agreed();
  what.address = address_;
  events_.opened(what);
}

void Session::Impl::keep_alive() {
  if (stage_ == Stage::Over || settings_.keepalive.count() == 0) return;
  int next = 0;
  libssh2_keepalive_send(transport_->raw(), &next);
  if (transport_->socket().error() != 0) return fail(transport_->error(LIBSSH2_ERROR_SOCKET_SEND, "idle"));
  keepalive_ = loop_.timer(settings_.keepalive, [this] {
    keep_alive();
    if (stage_ == Stage::Open) wake();
  });
}

void Session::Impl::pump(unsigned happened) {
  const std::weak_ptr<char> alive = alive_;
  const bool going = pump_forwards() && pump_shell(happened);
  // The terminal first. What it told may have ended the session.
  if (alive.expired() || !pump_sftp(happened)) return;
  arm();
  if (going) check_end();
}

// False when the session is gone.
bool Session::Impl::pump_sftp(unsigned happened) {
  if (!sftp_ || stage_ != Stage::Open) return true;
  const Sftp::Pumped pumped = sftp_->pump();
  if (pumped == Sftp::Pumped::Gone) return false;
  sftp_busy_ = pumped != Sftp::Pumped::Idle;
  if (pumped == Sftp::Pumped::More || (shell_ && !told_readable_ && shell_->has_news())) wake();
  if (!sftp_busy_ && !shell_ && (happened & Loop::Read) != 0) sftp_->drain();
  return true;
}

Sftp* Session::Impl::sftp() {
  if (stage_ != Stage::Open) return nullptr;
  if (!sftp_) {
    // A Transfer may outlive the session, and still ask to be broken off.
    const auto wake_if_alive = [this, weak = std::weak_ptr<char>(alive_)] {
      if (!weak.expired()) wake();
    };
    sftp_ = std::make_unique<Sftp>(
        *transport_, [this](std::function<void()> task) { later_if_open(std::move(task)); }, wake_if_alive);
  }
  return sftp_.get();
}

// The end of the connection counts once everything has been read that came before it.
void Session::Impl::check_end() {
  if (stage_ != Stage::Open || !transport_->socket().ended()) return;
  if (shell_ && (shell_->has_news() || shell_->ended())) return;
  fail(transport_->error(LIBSSH2_ERROR_SOCKET_DISCONNECT, "open"));
}

bool Session::Impl::pump_forwards() {
  for (auto forward = forwards_.begin(); forward != forwards_.end();) {
    const Result<bool> going = forward->pump();
    if (!going) {
      fail(going.error());
      return false;
    }
    forward = *going ? std::next(forward) : forwards_.erase(forward);
  }
  return true;
}

// Returns false after it has told something.
bool Session::Impl::pump_shell(unsigned happened) {
  if (!shell_) {
    arm();
    return true;
  }
  if (shell_->ended()) {
    const Result<std::optional<Exit>> how = shell_->finish();
    if (!how) {
      fail(how.error());
      return false;
    }
    if (*how) shell_.reset();
    arm();
    if (!*how) return true;
    check_end();
    events_.exited(**how);
    return false;
  }
  if (const Result<void> sent = shell_->pump(); !sent) {
    fail(sent.error());
    return false;
  }
  if (told_readable_ && (happened & Loop::Read) != 0) left_unread_ = true;
  const bool readable = !told_readable_ && ((happened & Loop::Read) != 0 || shell_->has_news());
  if (readable) told_readable_ = true;
  const bool drained = shell_->drained();
  arm();
  if (drained) {
    if (readable) later_if_open([this] { events_.readable(); });
    events_.writable();
  } else if (readable) {
    events_.readable();
  }
  return !drained && !readable;
}

size_t Session::Impl::read(std::span<char> buffer) {
  if (stage_ != Stage::Open || !shell_ || buffer.empty()) return 0;
  const Result<size_t> size = shell_->read(buffer);
  if (!size) {
    fail(size.error());
    return 0;
  }
  if (*size == 0) {
    told_readable_ = left_unread_ = false;
    if (shell_->has_news() || shell_->ended() || transport_->socket().ended()) wake();
  }
  // Bytes for the others may have come off the socket as well.
  if (!forwards_.empty() || sftp_busy_) wake();
  arm();
  return *size;
}

size_t Session::Impl::write(std::string_view bytes) {
  if (stage_ == Stage::Over || stage_ < Stage::Opening || !shell_ || shell_->ended()) return bytes.size();
  // What is typed after a change of size is typed in that size.
  if (stage_ == Stage::Open && next_size_) send_resize();
  const size_t taken = shell_->write(bytes);
  if (stage_ == Stage::Open) {
    // Straight on, for a keystroke has nothing to wait for.
    if (const Result<void> sent = shell_->pump(); !sent) fail(sent.error());
    if (stage_ != Stage::Open) return taken;
    if (!told_readable_ && shell_->has_news()) wake();
    if (taken < bytes.size()) wake();  // perhaps it has drained already
    arm();
  }
  return taken;
}

void Session::Impl::end_input() {
  if (!shell_ || stage_ == Stage::Over) return;
  shell_->end_input();
  if (stage_ == Stage::Open) wake();
}

void Session::Impl::resize(Size size) {
  if (stage_ == Stage::Over) return;
  next_size_ = size;
  if (stage_ == Stage::Open && !resize_timer_) send_resize();
}

void Session::Impl::send_resize() {
  resize_timer_.reset();
  if (!next_size_ || !shell_ || shell_->ended()) return;
  shell_->resize(*std::exchange(next_size_, std::nullopt));
  wake();
  resize_timer_ = loop_.timer(between_sizes, [this] { send_resize(); });
}

int Session::Impl::forward(const std::string& host, uint16_t port, std::function<void(Error)> refused) {
  if (stage_ != Stage::Open) return -1;
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) != 0) return -1;
  forwards_.emplace_back(*transport_, loop_, host, port, ends[0], std::move(refused), [this] { turn(0); });
  wake();
  return ends[1];
}

Session::Session(Loop& loop, Events& events, Settings settings)
    : impl_(std::make_unique<Impl>(loop, events, std::move(settings), nullptr)) {}
Session::Session(Loop& loop, Events& events, Settings settings, Session& through)
    : impl_(std::make_unique<Impl>(loop, events, std::move(settings), through.impl_.get())) {}
Session::~Session() = default;

void Session::begin() { impl_->begin(); }
void Session::answer_host_key(bool accept, bool remember) { impl_->answer_host_key(accept, remember); }
void Session::authenticate(Credential credential) { impl_->authenticate(std::move(credential)); }
void Session::answer_prompts(std::vector<Secret> answers) { impl_->answer_prompts(std::move(answers)); }
size_t Session::read(std::span<char> buffer) { return impl_->read(buffer); }
size_t Session::write(std::string_view bytes) { return impl_->write(bytes); }
void Session::end_input() { impl_->end_input(); }
void Session::resize(Size size) { impl_->resize(size); }
Sftp* Session::sftp() { return impl_->sftp(); }
size_t Session::memory() const { return impl_->memory(); }
size_t Session::queued_input() const { return impl_->queued_input(); }
size_t Session::queued_output() const { return impl_->queued_output(); }

}  // namespace wharf_paramiko::ssh
