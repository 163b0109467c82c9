// One file on its way over a socket of its own.
//
//   Opening   the server is asked whether it lets the file be read or written; the answer to the question is
//             its error, or a token
//   Waiting   for the socket that shows the token, a minute
//   Moving    bytes go one way, acks the other
//
// In each of these it may end, and is about to be destroyed then. What an upload has brought to the server
// stays there.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "consumer/host_loop.h"
#include "secret.h"
#include "ssh/byte_queue.h"
#include "ssh/sftp.h"
#include "terminal/client_messages.h"
#include "terminal/server_messages.h"

namespace wharf_paramiko {

// [worker] of the terminal, which may be another one than that of the socket.
class Transfer {
 public:
  struct Plan {
    uint64_t id = 0;  // of the question, and of the answer at the end
    std::string path;
    uint64_t offset = 0;
    uint64_t most = 0;    // bytes of the whole file
    uint64_t window = 0;  // bytes that may be on their way to the page, or from it
  };
  struct Told {
    std::function<void()> opened;
    std::function<void()> moved;  // some bytes
    // One of these is the last call, and it may be destroyed within it.
    std::function<void(const ssh::Error& why)> refused;       // it could not be opened
    std::function<void(const ssh::Result<void>& how)> ended;  // the socket, if there was one, has been told
  };
  // `loop` outlives it.
  Transfer(HostLoop& loop, std::string token, Plan plan, Told told);
  virtual ~Transfer() = default;
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  const Plan& plan() const { return plan_; }
  uint64_t moved() const { return moved_; }
  wharf_connection socket() const { return socket_; }
  std::string_view token() const { return token_.view(); }
  virtual std::string_view name() const = 0;  // of the operation: `get`

  // Once.
  virtual void open(ssh::Sftp& sftp) = 0;
  // The socket that has shown the token, which is used up by that.
  void attach(wharf_connection socket);
  bool waits() const { return state_ == State::Waiting; }

  // --- What the socket brings. Each may end it.
  void message(const terminal::ClientMessage& message);
  virtual void bytes(std::string_view bytes);
  void gone();

  void end(const ssh::Result<void>& how);

 protected:
  virtual void begin() = 0;  // the socket is there
  virtual void ack(uint64_t n);
  virtual void eof();

  void opened();
  void refuse(uint16_t code, std::string_view why);  // closes the socket over what the page should not send
  bool moving() const { return state_ == State::Moving; }
  void count(uint64_t bytes);
  // What is wrong with a file of this size.
  ssh::Result<void> fits(uint64_t size) const;
  const wharf::Host& host() const { return loop_.host(); }

  std::unique_ptr<ssh::Transfer> file_;

 private:
  enum class State { Opening, Waiting, Moving, Ended };

  HostLoop& loop_;
  Secret token_;
  const Plan plan_;
  Told told_;
  State state_ = State::Opening;
  wharf_connection socket_ = 0;
  uint64_t moved_ = 0;
  std::unique_ptr<ssh::Loop::Handle> expiry_;
};

std::unique_ptr<Transfer> make_download(HostLoop& loop, std::string token, Transfer::Plan plan,
                                        Transfer::Told told);
std::unique_ptr<Transfer> make_upload(HostLoop& loop, std::string token, Transfer::Plan plan,
                                      Transfer::Told told);

// What the answer of a question, and the end of a transfer, says of an error.
terminal::server::Error to_message(const ssh::Error& error);

}  // namespace wharf_paramiko
