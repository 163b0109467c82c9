// The way into an SSH session: through the jump host, if there is one, past the host key, and then with what
// the route has or else with what the visitor says. The one seat that there is meanwhile is asked.
//
//   the route's own credentials   each once, see own_credentials.h
//   the visitor's                 as often as the server and `auth.max_attempts` take it, and no faster than
//                                 `limits.auth_per_minute` allows for one address
//
// The session belongs to it and outlives the login, as the jump host's does, which it goes through. Its
// events go to the terminal, which hands on those that are questions, and nothing once the session has
// opened: the seat may be another one then.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "consumer/jump.h"
#include "consumer/own_credentials.h"
#include "consumer/seat.h"
#include "consumer/shared.h"
#include "ssh/session.h"

namespace wharf_paramiko {

// [worker]
class Login {
 public:
  struct Start {
    std::shared_ptr<Shared> shared;
    HostLoop& loop;       // outlives it, as
    ssh::Events& events;  // of the session do
    Seat& seat;           // until the session has opened
    std::string address;  // of the visitor
    // The login cannot go on. It may not be destroyed within this call.
    std::function<void(const ssh::Error& why)> failed;
  };
  Login(Start start, ssh::Settings settings);

  void begin();
  ssh::Session* session() const { return session_.get(); }  // nullptr until the jump host has opened
  const ssh::Settings& settings() const { return settings_; }
  void resize(const ssh::Size& size);

  // --- Questions of the session.
  void host_key(const ssh::HostKeyReport& report);
  void authenticate(const ssh::AuthRequest& request);
  void prompts(const ssh::Prompts& prompts);
  // What the end of the session means in the middle of a login.
  ssh::Error explained(const ssh::Error& why) const;

  // --- Answers of the seat.
  void answer_host_key(bool accept, bool remember);
  void answer_host_key(const terminal::client::HostKey& answer);  // no is what an answer about another key is
  void authenticate(ssh::Credential credential);
  void answer_prompts(std::vector<Secret> answers);
  void answer(terminal::client::Auth& auth);

 private:
  void begin_session();

  Start start_;
  ssh::Settings settings_;
  OwnCredentials own_;
  std::optional<Jump> jump_;
  std::unique_ptr<ssh::Session> session_;
  std::optional<ssh::HostKeyReport> asked_key_;
  ssh::AuthRequest asked_;  // the last one
  size_t prompting_ = 0;    // questions of the SSH server that wait for an answer
};

}  // namespace wharf_paramiko
