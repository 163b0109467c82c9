#include "auth/authenticator.h"

#include <algorithm>
#include <utility>

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

class OrderedMethods : public Authenticator {
 public:
  explicit OrderedMethods(std::vector<config::AuthMethod> methods) : methods_(std::move(methods)) {}

  void identify(const Handshake& handshake, std::function<void(Identity)> answer) override {
    Identity identity = anonymous();
    for (const config::AuthMethod& method : methods_) {
      if (method.kind == config::AuthMethod::Kind::Anonymous) break;
      if (identify_by_header(method, handshake, identity)) break;
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
