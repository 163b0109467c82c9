#include "auth/authenticator.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>
#include <variant>

#include "auth/django/cookie.h"
#include "auth/django/service.h"
#include "auth/jwt/token.h"
#include "auth/jwt/token_source.h"
#include "auth/mailbox.h"
#include "config/django_auth.h"

namespace wharf::auth {

namespace {

using Kind = config::AuthMethod::Kind;
using Give = std::function<void(Identity)>;

Identity anonymous() { return {"", "", "anonymous", false}; }

// A reverse proxy has asked who it is and says so in a header. Believed only from the addresses that the
// configuration trusts; an empty value is nobody.
std::optional<Identity> identify_by_header(const config::AuthMethod& method, const Handshake& handshake) {
  bool trusted =
      std::find(method.trust.begin(), method.trust.end(), handshake.client_address) != method.trust.end();
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

Identity identity_of(const django::Answer& answer) {
  Identity identity{answer.id, answer.username, "django", true};
  identity.by_cookie = true;
  return identity;
}

// A session whose Django has to be asked.
struct Session {
  std::shared_ptr<django::Service> service;
  std::string cookie;
};

// What is left to be tried: sessions in their order, and who it is when none of them is anybody's.
struct Candidates {
  std::vector<Session> sessions;
  Identity otherwise = anonymous();
};

class OrderedMethods : public Authenticator {
 public:
  OrderedMethods(const std::vector<config::AuthMethod>& methods, const Shared& shared, Post post)
      : methods_(methods), mailbox_(std::make_shared<Mailbox>(std::move(post))) {
    for (size_t i = 0; i < methods.size(); ++i) services_.push_back(shared.service(i));
  }
  ~OrderedMethods() override { mailbox_->close(); }

  void identify(const Handshake& handshake, Give give) override {
    Candidates candidates = read(handshake);
    if (candidates.sessions.empty()) return give(std::move(candidates.otherwise));
    ask(std::move(candidates), 0, mailbox_, std::move(give));
  }

 private:
  // All that is needed of the handshake, which may end before the answer comes.
  Candidates read(const Handshake& handshake) const {
    Candidates candidates;
    for (size_t i = 0; i < methods_.size(); ++i) {
      const config::AuthMethod& method = methods_[i];
      if (method.kind == Kind::Anonymous) break;
      if (method.kind == Kind::Django) {
        std::optional<std::string> cookie =
            django::find_cookie(handshake.header("cookie"), method.django->cookie);
        if (cookie && !cookie->empty()) candidates.sessions.push_back({services_[i], std::move(*cookie)});
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

  // Asks about the session at `index`. Its answer comes on any thread, and goes on at home.
  static void ask(Candidates candidates, size_t index, const std::shared_ptr<Mailbox>& mailbox, Give give) {
    const Session session = candidates.sessions[index];
    session.service->identify(session.cookie, [candidates = std::move(candidates), index, mailbox,
                                               give = std::move(give)](const django::Answer& answer) mutable {
      mailbox->bring([candidates = std::move(candidates), index, mailbox, give = std::move(give), answer] {
        answered(candidates, index, mailbox, give, answer);
      });
    });
  }

  static void answered(const Candidates& candidates, size_t index, const std::shared_ptr<Mailbox>& mailbox,
                       const Give& give, const django::Answer& answer) {
    using AnswerKind = django::Answer::Kind;
    if (answer.kind == AnswerKind::User) return give(identity_of(answer));
    if (answer.kind == AnswerKind::Unavailable &&
        !candidates.sessions[index].service->settings().anonymous_without) {
      Identity unknown = anonymous();
      unknown.unavailable = true;
      return give(std::move(unknown));
    }
    if (index + 1 < candidates.sessions.size()) return ask(candidates, index + 1, mailbox, give);
    give(candidates.otherwise);
  }

  std::vector<config::AuthMethod> methods_;
  std::vector<std::shared_ptr<django::Service>> services_;  // of the method at the same place, or null
  std::shared_ptr<Mailbox> mailbox_;
};

}  // namespace

Shared::Shared(const std::vector<config::AuthMethod>& methods, const std::shared_ptr<telemetry::Log>& log) {
  for (const config::AuthMethod& method : methods) {
    const bool asks = method.kind == Kind::Django;
    services_.push_back(asks ? django::Service::start(method.django, log) : nullptr);
  }
}

Shared::~Shared() {
  for (const std::shared_ptr<django::Service>& service : services_) {
    if (service != nullptr) service->end();
  }
}

std::unique_ptr<Authenticator> make_authenticator(const std::vector<config::AuthMethod>& methods,
                                                  const Shared& shared, Post post) {
  return std::make_unique<OrderedMethods>(methods, shared, std::move(post));
}

}  // namespace wharf::auth
