// One terminal: an SSH session, the output that it has put out lately, and who sits at it.
//
//   Waiting   nobody has said yet who logs in: plain mode asks for it
//   Logging   the SSH session is on its way (login.h); its questions go to the owner
//   Opening   the SSH session is there, and its recording is begun
//   Open      output goes to the owner and to the viewers
//   Ended     the last words have been said, and it is about to be destroyed
//
// The owner is the socket for which output is read from SSH. When it goes while the terminal is Open, and the
// route allows it, the terminal waits for `grace` without an owner: what was not acknowledged stays in the
// ring, SSH's window closes, the remote program waits. Whoever shows the token then, or earlier, is the
// owner. In every other state the terminal ends with its owner. Viewers come and go and decide nothing.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "consumer/audit.h"
#include "consumer/files.h"
#include "consumer/idle_watch.h"
#include "consumer/login.h"
#include "consumer/recording.h"
#include "consumer/seat.h"
#include "consumer/settings.h"
#include "consumer/shared.h"
#include "consumer/viewers.h"
#include "ssh/session.h"
#include "terminal/coalescer.h"
#include "terminal/output_reader.h"
#include "terminal/output_ring.h"
#include "terminal/resume_token.h"

namespace wharf_paramiko {

// [worker] Everything, on the loop that it was made with.
class Terminal : public ssh::Events, public std::enable_shared_from_this<Terminal> {
 public:
  // Who is there, as far as the handshake said.
  struct Visitor {
    std::string user;
    std::string address;
    std::string origin;
  };
  struct Start {
    std::shared_ptr<Shared> shared;
    std::shared_ptr<HostLoop> loop;
    Visitor visitor;
    terminal::SessionLimits::Place place;
    bool resumable = false;  // its owner can count bytes
    bool record = false;
    uint64_t window = 0;          // of output for the owner
    std::function<void()> ended;  // it may be destroyed now, though not within this call
  };
  explicit Terminal(Start start);
  ~Terminal() override;

  const std::string& id() const { return id_; }

  // Once: the seat of its first owner, then the login.
  void seat(std::unique_ptr<Seat> owner) { owner_ = std::move(owner); }
  void log_in(const Wish& wish);

  // --- What sockets bring. `from` tells who it is.
  void input(wharf_connection from, std::string_view bytes);
  void message(wharf_connection from, terminal::ClientMessage& message);
  void gone(wharf_connection from);
  // A socket that comes back. False: the token is not the one, or it is somebody else.
  bool resume(std::unique_ptr<Seat> seat, const Visitor& visitor, const terminal::client::Resume& resume,
              uint64_t window);
  void resize(const terminal::Size& size);
  // A socket that wants to look. False: the token is not one for this.
  bool join(std::unique_ptr<Seat> seat, const Visitor& visitor, const Secret& token, uint64_t window);

  // A socket that carries a file. False: the token is not one of its, or it is somebody else.
  bool carry(wharf_connection from, const Visitor& visitor, std::string_view token);

  // --- Answers of the owner.
  void answer_host_key(bool accept, bool remember);
  void authenticate(ssh::Credential credential);
  void answer_prompts(std::vector<Secret> answers);
  void give_up();

  // The instance ends.
  void stop();

  // --- ssh::Events.
  void host_key(const ssh::HostKeyReport& report) override;
  void authenticate(const ssh::AuthRequest& request) override;
  void prompts(const ssh::Prompts& prompts) override;
  void opened(const ssh::Opened& what) override;
  void readable() override { pump(); }
  void writable() override { tell_input(); }
  void exited(const ssh::Exit& how) override;
  void failed(const ssh::Error& why) override;
  void noted(const std::string& text) override;

 private:
  enum class State { Waiting, Logging, Opening, Open, Ended };
  using Clock = std::chrono::steady_clock;

  bool owned_by(wharf_connection from) const {
    return state_ != State::Ended && owner_ != nullptr && owner_->connection() == from;
  }
  // nullptr before a login, and until the jump host has opened.
  ssh::Session* session() const { return login_ ? login_->session() : nullptr; }
  bool recorded() const { return recording_ != nullptr && recording_->running(); }
  void bad_message(std::string_view why);
  std::string new_token();

  void record();
  void open();

  void pump();
  size_t read_some();
  void send_out();
  void pump_again_in(std::chrono::milliseconds time);
  void take_input(std::string_view bytes);
  void tell_input();
  bool typed_by_viewer(std::string_view bytes);
  Files& files();

  void wait_for_owner();
  void watch_idle();
  void somebody_typed();
  void fail(ssh::Error why);
  terminal::server::Exit last_words() const;
  void end();

  std::shared_ptr<Shared> shared_;
  std::shared_ptr<HostLoop> loop_;
  Visitor visitor_;
  std::optional<terminal::SessionLimits::Place> place_;
  bool resumable_;
  bool record_;
  std::function<void()> ended_;
  std::string id_;
  Audit audit_;
  terminal::ResumeToken token_;
  State state_ = State::Waiting;

  std::unique_ptr<Seat> owner_;
  std::unique_ptr<Login> login_;
  std::shared_ptr<Files> files_;  // once somebody has asked for some

  terminal::OutputRing ring_;
  terminal::OutputOwner output_;
  terminal::Coalescer coalescer_;
  Viewers viewers_;
  std::unique_ptr<Recording> recording_;
  std::string banner_, kex_, cipher_, host_key_;
  terminal::Size size_;
  Clock::time_point began_ = Clock::now();
  uint64_t input_ = 0;       // bytes of the owner's socket
  uint64_t input_told_ = 0;  // of these, as the owner knows
  std::optional<ssh::Exit> exit_;
  bool waiting_ = false;            // for an owner to come back
  std::optional<ssh::Error> lost_;  // while nobody could be told

  std::unique_ptr<ssh::Loop::Handle> pump_timer_;
  std::unique_ptr<ssh::Loop::Handle> input_timer_;
  std::unique_ptr<ssh::Loop::Handle> grace_timer_;
  std::optional<IdleWatch> idle_watch_;  // from log_in() on
};

}  // namespace wharf_paramiko
