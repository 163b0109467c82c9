// What an answer over HTTP says about a visitor.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "auth/inquiry/answer.h"
#include "config/forward_auth.h"
#include "telemetry/error.h"

namespace wharf::auth::forward {

struct Reply {
  long status = 0;
  // The values of the fields of that name (lower case).
  std::function<std::vector<std::string>(const std::string&)> header;
  std::string body;
};

// [any-thread] The error is for the log: it says what is wrong with the answer, which names no visitor.
Result<inquiry::Answer> judge(const config::ForwardAuth& settings, const Reply& reply);

}  // namespace wharf::auth::forward
