#include "server/login.h"

#include <chrono>
#include <functional>
#include <utility>

namespace wharf::server {

namespace {

uint64_t expiry_of(const auth::Identity& identity, uint64_t now) {
  if (!identity.expiry) return UINT64_MAX;
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(*identity.expiry - std::chrono::system_clock::now());
  return now + static_cast<uint64_t>(std::max<int64_t>(left.count(), 1));
}

uint64_t next_question(const auth::Proof& proof, uint64_t now) {
  const uint64_t period = static_cast<uint64_t>(proof.period.count());
  const uint64_t shift = std::hash<std::string>()(proof.question) % period;
  return now + period - (now + period - shift) % period;
}

}  // namespace

std::unique_ptr<Login> Login::begin(const auth::Identity& identity, uint64_t now) {
  if (!identity.expiry && !identity.proof) return nullptr;
  std::unique_ptr<Login> login(new Login);
  login->user_id_ = identity.id;
  login->proof_ = identity.proof;
  login->expiry_ = expiry_of(identity, now);
  if (login->proof_) login->question_ = next_question(*login->proof_, now);
  return login;
}

void Login::ask_when_due(uint64_t now, const std::shared_ptr<const Serving>& serving,
                         auth::Authenticator::Answer answer) {
  if (now < question_) return;
  question_ = next_question(*proof_, now);
  if (!asked_.expired()) return;
  asked_ = serving;
  serving->authenticator->renew(*proof_, std::move(answer));
}

bool Login::holds(const auth::Identity& answer) {
  asked_.reset();
  if (answer.unavailable) return true;
  if (!answer.is_authenticated || answer.id != user_id_) return false;
  // After a reload it may have to be asked at other times, or never.
  proof_ = answer.proof;
  if (!proof_) question_ = UINT64_MAX;
  return true;
}

}  // namespace wharf::server
