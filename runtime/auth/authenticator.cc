#include "auth/authenticator.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "auth/jwt/token.h"
#include "auth/jwt/token_source.h"

namespace wharf::auth {

namespace {

Identity anonymous() { return {"", "", "anonymous", false}; }

// A reverse proxy has asked who it is and says so in a header. Believed only from the addresses that the
// configuration trusts; an empty value is nobody.
bool identify_by_header(const config::AuthMethod& method, const Handshake& handshake, Identity& identity) {
  bool trusted =
      std::find(method.trust.begin(), method.trust.end(), handshake.client_address) != method.trust.end();
  if (!trusted) return false;
  std::string_view name = handshake.header(method.header);
  if (name.empty()) return false;
  identity = {std::string(name), std::string(name), "header", true};
  return true;
}

// A token that is no good names nobody, and its sender may learn why.
bool identify_by_jwt(const config::AuthMethod& method, const Handshake& handshake, Identity& identity) {
  const std::optional<jwt::FoundToken> found = jwt::find_token(*method.jwt, handshake);
  if (!found) return false;
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  Result<jwt::Claims> claims = jwt::verify(*method.jwt, found->token, now);
  if (!claims) {
    identity.rejected = claims.error().text;
    return false;
  }
  identity = {std::move(claims->id), std::move(claims->username), "jwt", true};
  identity.by_cookie = found->where == config::JwtSource::Kind::Cookie;
  if (claims->expiry) identity.expiry = *claims->expiry + method.jwt->leeway;
  return true;
}

class OrderedMethods : public Authenticator {
 public:
  explicit OrderedMethods(std::vector<config::AuthMethod> methods) : methods_(std::move(methods)) {}

  void identify(const Handshake& handshake, std::function<void(Identity)> answer) override {
    Identity identity = anonymous();
    for (const config::AuthMethod& method : methods_) {
      if (method.kind == config::AuthMethod::Kind::Anonymous) break;
      if (method.kind == config::AuthMethod::Kind::Header &&
          identify_by_header(method, handshake, identity)) {
        break;
      }
      if (method.kind == config::AuthMethod::Kind::Jwt && identify_by_jwt(method, handshake, identity)) break;
    }
    answer(std::move(identity));
  }

 private:
  std::vector<config::AuthMethod> methods_;
};

}  // namespace

std::unique_ptr<Authenticator> make_authenticator(const std::vector<config::AuthMethod>& methods) {
  return std::make_unique<OrderedMethods>(methods);
}

}  // namespace wharf::auth
