#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "host_key.h"
#include "session_impl.h"

namespace wharf_paramiko::ssh {

void Session::Impl::begin() {
  stage_ = Stage::Dialing;
  dialer_ = std::make_unique<Dialer>(loop_, settings_, through_ != nullptr,
                                     [this](Result<Dialer::Reached> result) { reached(std::move(result)); });
}

void Session::Impl::reached(Result<Dialer::Reached> reached) {
  dialer_.reset();
  if (!reached) return fail(std::move(reached.error()));
  known_ = std::move(reached->known);
  int fd = reached->fd;
  if (through_ != nullptr) {
    fd = through_->forward(settings_.host, settings_.port,
                           [this, weak = std::weak_ptr<char>(alive_)](Error why) {
                             if (!weak.expired()) fail(std::move(why));
                           });
    if (fd < 0) {
      return fail({Code::Lost, fmt::format("the way to {} has ended: connect anew", settings_.host), true});
    }
  }
  start_transport(fd, std::move(reached->address));
}

void Session::Impl::start_transport(int fd, std::string address) {
  address_ = std::move(address);
  Result<std::unique_ptr<Transport>> made =
      Transport::make(fd, fmt::format("{}:{}", settings_.host, settings_.port), settings_.memory);
  if (!made) return fail(std::move(made.error()));
  transport_ = std::move(*made);
  transport_->socket().set_options(settings_.timeouts.tcp_user, settings_.send_buffer);
  Algorithms algorithms = settings_.algorithms;
  algorithms.host_key = preferred_host_keys(algorithms.host_key, known_->types());
  offered_host_keys_ = algorithms.host_key;
  const Result<void> preferred = transport_->prefer(algorithms);
  if (!preferred) return fail(preferred.error());
  stage_ = Stage::Handshake;
  set_deadline(settings_.timeouts.handshake, "agreeing on keys");
  watch_ = loop_.watch(fd, Loop::Read, [this](unsigned happened) { turn(happened); });
  turn(0);
}

void Session::Impl::handshake() {
  const Result<bool> done = transport_->handshake();
  if (!done) return fail(done.error());
  if (!*done) return arm();
  host_key();
}

void Session::Impl::host_key() {
  stage_ = Stage::AskedHostKey;
  set_deadline(settings_.timeouts.auth, "logging in");
  HostKeyDecision decision = decide(settings_.host_keys, *known_, settings_.host, settings_.port,
                                    transport_->host_key(), offered_host_keys_);
  decision.report.address = address_;
  if (decision.remember) remember_key();
  if (decision.refusal) {
    fail(std::move(*decision.refusal));
  } else if (decision.report.question) {
    arm();
  } else {
    start_authentication();
  }
  events_.host_key(decision.report);
}

void Session::Impl::answer_host_key(bool accept, bool remember) {
  if (stage_ != Stage::AskedHostKey) return;
  if (!accept) {
    return fail({Code::HostKey,
                 fmt::format("the key of {} was not accepted: nothing was sent there", settings_.host)});
  }
  if (remember) remember_key();
  start_authentication();
}

void Session::Impl::remember_key() {
  // The thread may outlive the session.
  struct Work {
    std::vector<std::string> files;
    std::string host;
    uint16_t port;
    std::string blob;
    std::string failure;
  };
  auto work = std::make_shared<Work>(Work{
      settings_.host_keys.files, settings_.host, settings_.port, std::string(transport_->host_key()), {}});
  loop_.in_pool(
      [work] {
        const Result<void> written = remember_host(work->files, work->host, work->port, work->blob);
        if (!written) work->failure = written.error().text;
      },
      [this, work, weak = std::weak_ptr<char>(alive_)] {
        if (!weak.expired() && stage_ != Stage::Over && !work->failure.empty()) events_.noted(work->failure);
      });
}

void Session::Impl::start_authentication() {
  stage_ = Stage::Attempt;
  arm();
  authenticator_ = std::make_unique<Authenticator>(
      loop_, *transport_, settings_.user, settings_.agent_socket,
      Authenticator::Listener{[this](Authenticator::Outcome outcome) { attempted(std::move(outcome)); },
                              [this](const Prompts& prompts) {
                                if (stage_ == Stage::Attempt) events_.prompts(prompts);
                              }});
  authenticator_->list();
}

void Session::Impl::attempted(Authenticator::Outcome outcome) {
  if (stage_ != Stage::Attempt) return;
  if (outcome.authenticated) {
    authenticator_.reset();
    stage_ = Stage::Opening;
    set_deadline(settings_.timeouts.open, "opening a shell");
    return turn(0);
  }
  if (outcome.over) return fail(std::move(*outcome.reason));
  if (outcome.reason && outcome.counts && !outcome.partial && attempts_left_ > 0) --attempts_left_;
  if (attempts_left_ == 0) {
    Error why = std::move(*outcome.reason);
    why.text += fmt::format("; that was the last of {} attempts", settings_.max_attempts);
    return fail(std::move(why));
  }
  ask_for_credential(outcome);
}

void Session::Impl::ask_for_credential(Authenticator::Outcome& outcome) {
  AuthRequest request;
  for (const std::string& method : settings_.methods) {
    const auto& theirs = outcome.methods;
    // An agent is a way to prove a public key.
    const std::string_view wanted = method == "agent" ? std::string_view("publickey") : method;
    if (std::find(theirs.begin(), theirs.end(), wanted) != theirs.end()) request.methods.push_back(method);
  }
  if (request.methods.empty()) {
    return fail(
        {Code::Auth, fmt::format("{} takes only {} for {}, and this terminal is set up for {}: change either",
                                 settings_.host, fmt::join(outcome.methods, ", "), settings_.user,
                                 fmt::join(settings_.methods, ", "))});
  }
  request.partial = outcome.partial;
  request.passphrase = outcome.passphrase;
  request.left = attempts_left_;
  request.reason = std::move(outcome.reason);
  stage_ = Stage::AskedCredential;
  arm();
  events_.authenticate(request);
}

void Session::Impl::authenticate(Credential credential) {
  if (stage_ != Stage::AskedCredential) return;
  stage_ = Stage::Attempt;
  arm();
  authenticator_->attempt(std::move(credential));
}

void Session::Impl::answer_prompts(std::vector<Secret> answers) {
  if (stage_ == Stage::Attempt && authenticator_) authenticator_->answer(std::move(answers));
}

// While a person decides, nobody reads. The end of the connection is worth knowing all the same.
void Session::Impl::peer_spoke(unsigned happened) {
  arm();
  if ((happened & Loop::Read) == 0) return;
  if (transport_->socket().closed_by_peer()) {
    return fail({Code::Lost,
                 fmt::format("{} ended the connection while it waited for an answer: be quicker, or see "
                             "LoginGraceTime there",
                             settings_.host),
                 true});
  }
  loop_.modify(*watch_, mask_ = 0);
}

}  // namespace wharf_paramiko::ssh
