// The seat of plain mode: everything is text in a terminal, questions and errors included.
#pragma once

#include <functional>
#include <memory>

#include "consumer/seat.h"
#include "terminal/plain_prompts.h"
#include "terminal/rate.h"
#include "terminal/utf8_stream.h"

namespace wharf_paramiko {

class PlainSeat : public Seat {
 public:
  // What the answers are for.
  struct Answers {
    std::function<void(std::string user)> login;
    std::function<void(bool accept)> host_key;
    std::function<void(ssh::Credential credential)> credential;
    std::function<void(std::vector<Secret> answers)> prompts;
    std::function<void(std::string_view bytes)> input;  // once it is ready
    std::function<void()> give_up;
  };
  // `rate`: bytes of output a second, 0 without a limit.
  PlainSeat(HostLoop& loop, wharf_connection connection, uint64_t rate, Answers answers);

  // What was typed.
  void typed(std::string_view bytes);
  void ask_login();

  void host_key(const ssh::HostKeyReport& report) override;
  void authenticate(const ssh::AuthRequest& request, const std::string& user) override;
  void prompts(const ssh::Prompts& prompts, const ssh::AuthRequest& request,
               const std::string& user) override;
  void ready(const terminal::server::Ready& ready) override;
  void replay(uint64_t) override {}
  size_t room() override;
  void output(std::string_view bytes) override;
  uint64_t unsent() const override { return host().buffered(connection_); }
  void exited(const terminal::server::Exit& exit) override;
  void failed(const ssh::Error& error) override;

 private:
  void take(terminal::PlainPrompts::Step step);
  void show(const std::string& text);

  Answers answers_;
  terminal::PlainPrompts prompts_;
  terminal::Utf8Stream text_;
  terminal::RateLimit rate_;
  bool ready_ = false;
  bool flooded_ = false;  // from the high mark of what waits for the socket down to the low one
};

}  // namespace wharf_paramiko
