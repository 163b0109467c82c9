// The stages of a session, and who has the transport in each of them.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "authenticator.h"
#include "dialer.h"
#include "forward.h"
#include "host_key_decision.h"
#include "session.h"
#include "sftp.h"
#include "shell.h"
#include "transport.h"

namespace wharf_paramiko::ssh {

// [worker] A function that tells the owner something does nothing after it: the session may be gone.
class Session::Impl {
 public:
  Impl(Loop& loop, Events& events, Settings settings, Impl* through);
  ~Impl();
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  // session_login.cc
  void begin();
  void answer_host_key(bool accept, bool remember);
  void authenticate(Credential credential);
  void answer_prompts(std::vector<Secret> answers);

  // session.cc
  size_t read(std::span<char> buffer);
  size_t write(std::string_view bytes);
  void end_input();
  void resize(Size size);
  // A descriptor that leads to `host` by way of this session; -1 when this session is over. `refused` may be
  // told later.
  int forward(const std::string& host, uint16_t port, std::function<void(Error)> refused);

  Sftp* sftp();

  size_t memory() const { return transport_ ? transport_->allocator().used() : 0; }
  size_t queued_input() const { return shell_ ? shell_->queued() : 0; }
  // While an attempt runs, the thread has it.
  size_t queued_output() const { return stage_ >= Stage::Opening ? transport_->socket().pending() : 0; }

 private:
  enum class Stage {
    Idle,
    Dialing,
    Handshake,
    AskedHostKey,     // somebody decides
    AskedCredential,  // likewise
    Attempt,          // the authenticator's thread has the transport
    Opening,
    Open,
    Over,
  };

  // session_login.cc
  void reached(Result<Dialer::Reached> reached);
  void start_transport(int fd, std::string address);
  void handshake();
  void host_key();
  void remember_key();
  void start_authentication();
  void attempted(Authenticator::Outcome outcome);
  void ask_for_credential(Authenticator::Outcome& outcome);
  void peer_spoke(unsigned happened);

  // session.cc
  void turn(unsigned happened);  // what the watch saw, or 0
  bool owns_transport() const;
  void open();
  void opened();
  void pump(unsigned happened);
  bool pump_shell(unsigned happened);
  bool pump_forwards();
  bool pump_sftp(unsigned happened);
  void check_end();
  void arm();
  void wake();
  void keep_alive();
  void send_resize();
  void set_deadline(std::chrono::milliseconds time, std::string what);
  void fail(Error why);
  // `task` on the worker, unless the session is gone by then.
  void later(std::function<void()> task);
  void later_if_open(std::function<void()> task);

  Loop& loop_;
  Events& events_;
  const Settings settings_;
  Impl* const through_;
  std::shared_ptr<char> alive_ = std::make_shared<char>();
  Stage stage_ = Stage::Idle;

  std::string address_;
  std::optional<KnownHost> known_;
  std::string offered_host_keys_;
  std::vector<std::string> last_methods_;
  unsigned attempts_left_;

  std::unique_ptr<Transport> transport_;
  std::unique_ptr<Shell> shell_;
  std::list<Forward> forwards_;
  std::unique_ptr<Sftp> sftp_;
  bool sftp_busy_ = false;
  std::unique_ptr<Authenticator> authenticator_;
  std::unique_ptr<Dialer> dialer_;

  bool told_readable_ = false;
  bool left_unread_ = false;  // there came more since, so the owner is in no hurry
  bool wake_posted_ = false;
  std::optional<Size> next_size_;  // waits for its 50 ms

  unsigned mask_ = Loop::Read;  // of the watch
  std::unique_ptr<Loop::Handle> watch_;
  std::unique_ptr<Loop::Handle> deadline_;
  std::unique_ptr<Loop::Handle> keepalive_;
  std::unique_ptr<Loop::Handle> resize_timer_;
};

}  // namespace wharf_paramiko::ssh
