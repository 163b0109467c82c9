#include "auth/authenticator.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>
#include <variant>

#include "auth/django/method.h"
#include "auth/forward/method.h"
#include "auth/inquiry/method.h"
#include "auth/jwt/token.h"
#include "auth/jwt/token_source.h"
#include "auth/mailbox.h"

namespace wharf::auth {

namespace {

using Kind = config::AuthMethod::Kind;
using Give = Authenticator::Answer;

Identity anonymous() { return {"", "", "anonymous", false}; }

// A reverse proxy has asked who it is and says so in a header. Believed only when it comes from the addresses
// that the configuration trusts, whatever the proxy says of its client's; an empty value is nobody.
std::optional<Identity> identify_by_header(const config::AuthMethod& method, const Handshake& handshake) {
  bool trusted =
      std::find(method.trust.begin(), method.trust.end(), handshake.peer_address) != method.trust.end();
  if (!trusted) return std::nullopt;
  std::string_view name = handshake.header(method.header);
  if (name.empty()) return std::nullopt;
  return Identity{std::string(name), std::string(name), "header", true};
}

// A token that is no good names nobody, and its sender may learn why: `rejected`.
std::optional<Identity> identify_by_jwt(const config::AuthMethod& method, const Handshake& handshake,
                                        std::string& rejected) {
  const std::optional<jwt::FoundToken> found = jwt::find_token(*method.jwt, handshake);
  if (!found) return std::nullopt;
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  Result<jwt::Claims> claims = jwt::verify(*method.jwt, found->token, now);
  if (!claims) {
    rejected = claims.error().text;
    return std::nullopt;
  }
  Identity identity{std::move(claims->id), std::move(claims->username), "jwt", true};
  identity.by_cookie = found->where == config::JwtSource::Kind::Cookie;
  if (claims->expiry) identity.expiry = *claims->expiry + method.jwt->leeway;
  return identity;
}

// A question that is still to be put, and the method it is for.
struct OpenQuestion {
  std::shared_ptr<const inquiry::Method> method;
  inquiry::Question question;
};

Identity identity_of(const inquiry::Answer& answer, const OpenQuestion& open) {
  const inquiry::Method& method = *open.method;
  Identity identity{answer.id, answer.username, method.name, true};
  identity.by_cookie = open.question.by_cookie;
  const config::Duration recheck = method.service->recheck();
  if (recheck.count() > 0) identity.proof = Proof{method.name, open.question.text, recheck};
  return identity;
}

// What is left to be tried: questions in their order, and who it is when no answer to them names anybody.
struct Candidates {
  std::vector<OpenQuestion> questions;
  Identity otherwise = anonymous();
  bool of_connection = false;  // which is open: for want of an answer it is not taken for nobody's
};

class OrderedMethods : public Authenticator {
 public:
  OrderedMethods(const std::vector<config::AuthMethod>& methods, const Shared& shared, Post post)
      : methods_(methods), mailbox_(std::make_shared<Mailbox>(std::move(post))) {
    for (size_t i = 0; i < methods.size(); ++i) asking_.push_back(shared.asking(i));
  }
  ~OrderedMethods() override { mailbox_->close(); }

  void identify(const Handshake& handshake, Give give) override {
    Candidates candidates = read(handshake);
    if (candidates.questions.empty()) return give(std::move(candidates.otherwise));
    ask(std::move(candidates), 0, mailbox_, std::move(give));
  }

  void renew(const Proof& proof, Give give) override {
    Candidates candidates;
    candidates.of_connection = true;
    for (const std::shared_ptr<const inquiry::Method>& method : asking_) {
      if (method == nullptr || method->name != proof.method) continue;
      candidates.questions.push_back({method, {proof.question, false}});
    }
    if (candidates.questions.empty()) return give(anonymous());
    ask(std::move(candidates), 0, mailbox_, std::move(give));
  }

 private:
  // All that is needed of the handshake, which may end before the answer comes.
  Candidates read(const Handshake& handshake) const {
    Candidates candidates;
    for (size_t i = 0; i < methods_.size(); ++i) {
      const config::AuthMethod& method = methods_[i];
      if (method.kind == Kind::Anonymous) break;
      if (asking_[i] != nullptr) {
        std::optional<inquiry::Question> question = asking_[i]->question_about(handshake);
        if (question) candidates.questions.push_back({asking_[i], std::move(*question)});
        continue;
      }
      std::optional<Identity> identity =
          method.kind == Kind::Jwt ? identify_by_jwt(method, handshake, candidates.otherwise.rejected)
                                   : identify_by_header(method, handshake);
      if (identity) {
        candidates.otherwise = std::move(*identity);
        break;
      }
    }
    return candidates;
  }

  // Puts the question at `index`. Its answer comes on any thread, and goes on at home.
  static void ask(Candidates candidates, size_t index, const std::shared_ptr<Mailbox>& mailbox, Give give) {
    const OpenQuestion open = candidates.questions[index];
    open.method->service->ask(
        open.question.text, [candidates = std::move(candidates), index, mailbox,
                             give = std::move(give)](const inquiry::Answer& answer) mutable {
          mailbox->bring([candidates = std::move(candidates), index, mailbox, give = std::move(give),
                          answer] { answered(candidates, index, mailbox, give, answer); });
        });
  }

  static void answered(const Candidates& candidates, size_t index, const std::shared_ptr<Mailbox>& mailbox,
                       const Give& give, const inquiry::Answer& answer) {
    using AnswerKind = inquiry::Answer::Kind;
    const OpenQuestion& open = candidates.questions[index];
    if (answer.kind == AnswerKind::User) return give(identity_of(answer, open));
    if (answer.kind == AnswerKind::Refused) {
      Identity refused = anonymous();
      refused.refused = answer.status;
      return give(std::move(refused));
    }
    if (answer.kind == AnswerKind::Unavailable &&
        (candidates.of_connection || !open.method->service->anonymous_without())) {
      Identity unknown = anonymous();
      unknown.unavailable = true;
      return give(std::move(unknown));
    }
    if (index + 1 < candidates.questions.size()) return ask(candidates, index + 1, mailbox, give);
    give(candidates.otherwise);
  }

  std::vector<config::AuthMethod> methods_;
  std::vector<std::shared_ptr<const inquiry::Method>> asking_;  // the method at the same place, or null
  std::shared_ptr<Mailbox> mailbox_;
};

std::shared_ptr<const inquiry::Method> start(const config::AuthMethod& method,
                                             const std::shared_ptr<telemetry::Log>& log) {
  const auto share = [](inquiry::Method started) {
    return std::make_shared<const inquiry::Method>(std::move(started));
  };
  switch (method.kind) {
    case Kind::Django:
      return share(django::start_method(method.django, log));
    case Kind::Forward:
      return share(forward::start_method(method.forward, log));
    default:
      return nullptr;
  }
}

}  // namespace

Shared::Shared(const std::vector<config::AuthMethod>& methods, const std::shared_ptr<telemetry::Log>& log) {
  for (const config::AuthMethod& method : methods) asking_.push_back(start(method, log));
}

Shared::~Shared() {
  for (const std::shared_ptr<const inquiry::Method>& method : asking_) {
    if (method != nullptr) method->service->end();
  }
}

std::unique_ptr<Authenticator> make_authenticator(const std::vector<config::AuthMethod>& methods,
                                                  const Shared& shared, Post post) {
  return std::make_unique<OrderedMethods>(methods, shared, std::move(post));
}

}  // namespace wharf::auth
