// A method of `auth:` that has to ask somebody who a visitor is.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "auth/authenticator.h"
#include "auth/inquiry/service.h"

namespace wharf::auth::inquiry {

struct Question {
  std::string text;        // all that the answer depends on
  bool by_cookie = false;  // whether who is named by the answer is named by a cookie
};

struct Method {
  std::string name;  // of Identity::method
  // [worker] What has to be asked about this visitor; nothing when he is nobody for this method.
  std::function<std::optional<Question>(const Handshake&)> question_about;
  std::shared_ptr<Service> service;
};

}  // namespace wharf::auth::inquiry
