// What a session tells its owner. All [worker].
//
// The session may be destroyed inside any of these, and any of its functions may be called.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "error.h"

namespace wharf_paramiko::ssh {

struct HostKeyReport {
  enum class Status {
    Known,
    New,      // no file knows this host
    Changed,  // a file knows this host by another key
    Revoked,  // a file says that nobody may use this key
  };
  Status status = Status::New;
  bool question = false;  // the session waits for answer_host_key()
  std::string host;
  uint16_t port = 0;
  std::string address;             // where it was found
  std::string algorithm;           // `ssh-ed25519`
  std::string fingerprint;         // `SHA256:` and base64 without padding
  std::vector<std::string> known;  // the fingerprints that the files have for this host
};

struct AuthRequest {
  std::vector<std::string>
      methods;                  // that the server takes now and the settings allow, in the settings' order
  bool partial = false;         // the last answer was right, and the server wants more
  bool passphrase = false;      // the last key is encrypted, and the passphrase was missing or wrong
  unsigned left = 0;            // attempts
  std::optional<Error> reason;  // why the last answer did not do; the first time there is none
};

// The server's own words: not to be trusted, and to be shown as such.
struct Prompts {
  struct Prompt {
    std::string text;
    bool echo = false;
  };
  std::string name;
  std::string instruction;
  std::vector<Prompt> prompts;  // never empty: a round without a question is answered by the session
};

struct Opened {
  std::string server;  // `SSH-2.0-OpenSSH_9.2p1 Debian-2`
  std::string address;
  std::string kex, host_key, cipher, mac;  // what was agreed on
  std::string fingerprint;
};

struct Exit {
  int status = 0;      // of the command; meaningless after a signal
  std::string signal;  // `TERM`, or empty
};

class Events {
 public:
  Events() = default;
  Events(const Events&) = delete;
  Events& operator=(const Events&) = delete;
  virtual ~Events() = default;

  // Once for each session. With `question`, answer_host_key() decides; otherwise it is for information, and
  // what is not Known ends in failed() next.
  virtual void host_key(const HostKeyReport& report) = 0;
  // authenticate() answers. Again after each attempt that was not enough.
  virtual void authenticate(const AuthRequest& request) = 0;
  // During keyboard-interactive: answer_prompts() answers. Several rounds may come.
  virtual void prompts(const Prompts& prompts) = 0;
  // Authentication is done, and the shell or command runs, where there is to be one.
  virtual void opened(const Opened& what) = 0;
  // There is output: call read() until it answers 0. Not repeated before that.
  virtual void readable() = 0;
  // The input queue is empty again after write() had to leave something.
  virtual void writable() = 0;
  // The shell has ended, and all of its output has been read. The session stays usable for SFTP and forwards.
  virtual void exited(const Exit& how) = 0;
  // The session is over, and nothing follows. Not called for what the owner did.
  virtual void failed(const Error& why) = 0;
  // Something to log that ends nothing, such as a known_hosts file that cannot be written.
  virtual void noted(const std::string& text) = 0;
};

}  // namespace wharf_paramiko::ssh
