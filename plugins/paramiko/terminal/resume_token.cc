// SPDX-License-Identifier: MIT
#include "terminal/resume_token.h"

#include <utility>

#include "terminal/tokens.h"

namespace wharf_paramiko::terminal {

std::string ResumeToken::renew() {
  latest_ = random_token();
  return std::string(latest_.view());
}

bool ResumeToken::accept(std::string_view given) {
  const bool again = same_token(shown_.view(), given);
  if (!same_token(latest_.view(), given)) return again;
  shown_ = std::move(latest_);
  return true;
}

}  // namespace wharf_paramiko::terminal
