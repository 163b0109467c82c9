// Where somebody sits at a terminal: one socket, and how it is spoken with. There is one for each mode.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "consumer/host_loop.h"
#include "ssh/credential.h"
#include "ssh/events.h"
#include "terminal/client_messages.h"
#include "terminal/server_messages.h"

namespace wharf_paramiko {

// [worker] of the terminal, which may be another one than that of the socket.
class Seat {
 public:
  Seat(HostLoop& loop, wharf_connection connection) : loop_(loop), connection_(connection) {}
  Seat(const Seat&) = delete;
  Seat& operator=(const Seat&) = delete;
  virtual ~Seat() = default;

  wharf_connection connection() const { return connection_; }

  // What a person has to decide; the terminal gets the answers.
  virtual void host_key(const ssh::HostKeyReport& report) = 0;
  virtual void authenticate(const ssh::AuthRequest& request, const std::string& user) = 0;
  virtual void prompts(const ssh::Prompts& prompts, const ssh::AuthRequest& request,
                       const std::string& user) = 0;

  // It is there; output follows.
  virtual void ready(const terminal::server::Ready& ready) = 0;
  // The next output begins at `from`, and what was before it is lost.
  virtual void replay(uint64_t from) = 0;
  // How many bytes of output may be sent now.
  virtual size_t room() = 0;
  virtual void output(std::string_view bytes) = 0;
  // Bytes that were sent and have not reached the kernel yet, for who says no more than that.
  virtual uint64_t unsent() const { return 0; }
  // So many bytes of its input have been taken so far.
  virtual void input_taken(uint64_t /*bytes*/) {}
  virtual void size_is(const terminal::Size& /*size*/) {}
  virtual void tell(const std::string& /*message*/) {}

  // The last words; the socket is closed behind them.
  virtual void exited(const terminal::server::Exit& exit) = 0;
  virtual void failed(const ssh::Error& error) = 0;
  void close(uint16_t code, std::string_view reason) { loop_.host().close(connection_, code, reason); }

 protected:
  const wharf::Host& host() const { return loop_.host(); }

  HostLoop& loop_;
  wharf_connection connection_;
};

}  // namespace wharf_paramiko
