#include "consumer/login.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>
#include <variant>

#include "consumer/overloaded.h"
#include "consumer/settings.h"

namespace wharf_paramiko {

namespace client = terminal::client;

Login::Login(Start start, ssh::Settings settings)
    : start_(std::move(start)), settings_(std::move(settings)), own_(start_.shared->config.auth) {}

void Login::begin() {
  const terminal::RouteConfig& config = start_.shared->config;
  std::optional<ssh::Settings> jump = jump_settings_for(config);
  if (!jump) return begin_session();
  jump_.emplace(start_.loop, std::move(*jump), config.jump,
                Jump::Told{[this] { begin_session(); }, start_.failed,
                           [this](const std::string& text) { start_.events.noted(text); }});
  jump_->begin();
}

void Login::begin_session() {
  session_ = jump_ ? std::make_unique<ssh::Session>(start_.loop, start_.events, settings_, jump_->session())
                   : std::make_unique<ssh::Session>(start_.loop, start_.events, settings_);
  session_->begin();
}

void Login::resize(const ssh::Size& size) {
  settings_.terminal.size = size;
  if (session_) session_->resize(size);
}

// --- Questions of the session.

void Login::host_key(const ssh::HostKeyReport& report) {
  if (report.question && start_.shared->config.known_hosts.policy == terminal::RouteConfig::HostKeys::Off) {
    return session_->answer_host_key(true, false);
  }
  if (report.question) asked_key_ = report;
  start_.seat.host_key(report);
}

void Login::authenticate(const ssh::AuthRequest& request) {
  asked_ = request;
  prompting_ = 0;
  if (std::optional<ssh::Credential> own = own_.next(request)) {
    return session_->authenticate(std::move(*own));
  }
  if (!start_.shared->config.auth.prompt) {
    return start_.failed(
        {ssh::Code::Auth, fmt::format("the server takes nothing of what the route has: look at `auth:`{}",
                                      request.reason ? ": " + request.reason->text : "")});
  }
  start_.seat.authenticate(request, settings_.user);
}

void Login::prompts(const ssh::Prompts& prompts) {
  prompting_ = prompts.prompts.size();
  start_.seat.prompts(prompts, asked_, settings_.user);
}

ssh::Error Login::explained(const ssh::Error& why) const {
  // That is how a server says that it has heard enough.
  if (why.code == ssh::Code::Lost && asked_.reason) {
    return {ssh::Code::Auth, "the server takes no more attempts, and has ended the connection", true};
  }
  return why;
}

// --- Answers of the seat.

void Login::answer_host_key(bool accept, bool remember) {
  if (!asked_key_) return;
  asked_key_.reset();
  session_->answer_host_key(accept, remember);
}

void Login::answer_host_key(const client::HostKey& answer) {
  const bool same = asked_key_ && asked_key_->fingerprint == answer.fingerprint;
  answer_host_key(answer.accept && same, answer.remember);
}

void Login::authenticate(ssh::Credential credential) {
  using Clock = std::chrono::steady_clock;
  if (session_ == nullptr) return;
  const Clock::duration wait = start_.shared->attempts.attempt(start_.address, Clock::now());
  if (wait > Clock::duration::zero()) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
    return start_.failed(
        {ssh::Code::Limit, fmt::format("too many attempts to log in: wait {} s", seconds), true});
  }
  session_->authenticate(std::move(credential));
}

void Login::answer_prompts(std::vector<Secret> answers) {
  const size_t asked = std::exchange(prompting_, 0);
  if (asked == 0) return;
  if (answers.size() > asked) {
    return start_.failed(
        {ssh::Code::Auth, fmt::format("{} answers came to {} questions", answers.size(), asked)});
  }
  session_->answer_prompts(std::move(answers));
}

void Login::answer(client::Auth& auth) {
  if (asked_key_) return start_.seat.host_key(*asked_key_);  // that comes first
  std::visit(
      Overloaded{
          [this](client::Password& password) { authenticate(ssh::Password{std::move(password.password)}); },
          [this](client::PublicKey& key) {
            if (key.certificate.empty()) {
              Secret passphrase = key.passphrase ? std::move(*key.passphrase) : Secret();
              return authenticate(ssh::PublicKey{std::move(key.key), std::move(passphrase)});
            }
            asked_.reason = ssh::Error{ssh::Code::Auth, "certificates are not taken here: use the key alone"};
            start_.seat.authenticate(asked_, settings_.user);
          },
          [this](client::Answers& answers) {
            if (prompting_ > 0) return answer_prompts(std::move(answers.answers));
            authenticate(ssh::KeyboardInteractive{});
          },
          [this](client::Agent&) { authenticate(ssh::Agent{}); },
      },
      auth.how);
}

}  // namespace wharf_paramiko
