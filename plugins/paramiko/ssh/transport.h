// One libssh2 session on one socket: their callbacks, the algorithms, and what libssh2 says when something
// fails.
#pragma once

#include <libssh2.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "allocator.h"
#include "error.h"
#include "events.h"
#include "server_offer.h"
#include "settings.h"
#include "socket.h"

namespace wharf_paramiko::ssh {

// Asked by libssh2 in the middle of keyboard-interactive, on the thread that made the call.
class Prompter {
 public:
  virtual void ask(const LIBSSH2_USERAUTH_KBDINT_PROMPT* prompts, size_t count,
                   LIBSSH2_USERAUTH_KBDINT_RESPONSE* responses, std::string_view name,
                   std::string_view instruction) = 0;

 protected:
  ~Prompter() = default;
};

// One thread at a time, but for what Allocator and Socket allow.
class Transport {
 public:
  // Takes the socket. `name` is the host's, for messages.
  static Result<std::unique_ptr<Transport>> make(int fd, std::string name, size_t memory);
  ~Transport();
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  // Says goodbye if that can be said at once, and ends the socket. What libssh2 still waits for has then
  // failed.
  void close();
  // Before the handshake. E_INTERNAL when no name of a list is known.
  Result<void> prefer(const Algorithms& algorithms);
  // True when it is done, false when it waits for the socket.
  Result<bool> handshake();
  // After the handshake; empty when there is none.
  std::string_view host_key() const;
  Opened agreed() const;

  // What a return code of libssh2's means when the socket is to blame, or the bound of memory, or nobody.
  Error error(int code, std::string_view doing) const;

  LIBSSH2_SESSION* raw() const { return session_; }
  Socket& socket() { return socket_; }
  const Socket& socket() const { return socket_; }
  Allocator& allocator() { return allocator_; }
  const Allocator& allocator() const { return allocator_; }
  const std::string& name() const { return name_; }
  void set_prompter(Prompter* prompter) { prompter_ = prompter; }
  Prompter* prompter() const { return prompter_; }

 private:
  Transport(int fd, std::string name, size_t memory)
      : name_(std::move(name)), allocator_(memory), socket_(fd) {}
  friend struct Callbacks;
  Error handshake_error(int code) const;
  std::optional<Error> nothing_in_common() const;
  std::string supported(int method, std::string_view preferences) const;

  const std::string name_;
  Allocator allocator_;
  Socket socket_;
  ServerOffer offer_;
  LIBSSH2_SESSION* session_ = nullptr;
  Prompter* prompter_ = nullptr;
  bool closing_ = false;
  std::string kex_, host_keys_, ciphers_, macs_;  // what we offer
};

}  // namespace wharf_paramiko::ssh
