// Attempts to authenticate, one at a time, each on a thread of its own. While one runs, the transport is the
// thread's, and nobody else touches it.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "aside.h"
#include "credential.h"
#include "events.h"
#include "loop.h"
#include "transport.h"

namespace wharf_paramiko::ssh {

// [worker], but for what is marked.
class Authenticator final : Prompter {
 public:
  struct Outcome {
    bool authenticated = false;
    bool partial = false;                // right, and not enough
    bool passphrase = false;             // the key is encrypted, and the passphrase missing or wrong
    bool counts = true;                  // as an attempt
    bool over = false;                   // the connection is of no more use: `reason` says why
    std::vector<std::string> methods{};  // that the server takes now
    std::optional<Error> reason{};
  };
  struct Listener {
    std::function<void(Outcome)> finished;
    std::function<void(Prompts)> prompted;
  };

  // Both functions of `listener` are called on the worker, and may destroy this object.
  Authenticator(Loop& loop, Transport& transport, std::string user, std::string agent_socket,
                Listener listener);
  // Ends the socket if an attempt is running.
  ~Authenticator();

  // Asks which methods there are. finished() follows.
  void list();
  // finished() follows.
  void attempt(Credential credential);
  // To what prompted() told.
  void answer(std::vector<Secret> answers);
  bool running() const { return aside_ != nullptr; }

 private:
  // [thread of the attempt], from here on
  void ask(const LIBSSH2_USERAUTH_KBDINT_PROMPT* prompts, size_t count,
           LIBSSH2_USERAUTH_KBDINT_RESPONSE* responses, std::string_view name,
           std::string_view instruction) override;
  Outcome run(const std::optional<Credential>& credential);
  Outcome try_one(const Password& password);
  Outcome try_one(const PublicKey& key);
  Outcome try_one(const KeyboardInteractive&);
  Outcome try_one(const Agent&);
  int try_identity(LIBSSH2_AGENT* agent, bool& rsa);
  void relist(Outcome& outcome);
  Outcome wrong(int code, std::string text, Code kind = Code::Auth);
  template <class Call>
  int drive(Call call);
  void wait_for_socket();

  // [worker] again
  void start(std::optional<Credential> credential);

  Loop& loop_;
  Transport& transport_;
  const std::string user_;
  const std::string agent_socket_;
  const Listener listener_;
  std::vector<std::string> methods_;  // as of the last list; the thread's while it runs
  std::optional<Outcome> outcome_;    // likewise
  std::shared_ptr<Authenticator*> self_;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool cancelled_ = false;  // under the mutex, as the next
  std::optional<std::vector<Secret>> answers_;

  std::unique_ptr<Aside> aside_;  // last: its thread uses all of the others
};

}  // namespace wharf_paramiko::ssh
