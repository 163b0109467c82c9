// SPDX-License-Identifier: MIT
#include "terminal/invitations.h"

#include <algorithm>
#include <utility>

#include "terminal/tokens.h"

namespace wharf_paramiko::terminal {

Secret Invitations::invite(const std::string& terminal, bool writable, std::chrono::seconds ttl,
                           Clock::time_point now) {
  Secret token = random_token();
  std::lock_guard lock(mutex_);
  forget(now);
  const auto of_it = [&](const Entry& entry) { return entry.invitation.terminal == terminal; };
  if (static_cast<size_t>(std::count_if(entries_.begin(), entries_.end(), of_it)) >= most) {
    entries_.erase(std::find_if(entries_.begin(), entries_.end(), of_it));
  }
  const Clock::time_point until = ttl.count() == 0 ? Clock::time_point::max() : now + ttl;
  entries_.push_back({Secret(token.view()), {++last_, terminal, writable}, until});
  return token;
}

std::optional<Invitation> Invitations::find(std::string_view token, Clock::time_point now) {
  std::lock_guard lock(mutex_);
  forget(now);
  std::optional<Invitation> found;
  for (const Entry& entry : entries_) {
    if (same_token(entry.token.view(), token)) found = entry.invitation;
  }
  return found;
}

void Invitations::withdraw(uint64_t number) {
  std::lock_guard lock(mutex_);
  std::erase_if(entries_, [&](const Entry& entry) { return entry.invitation.number == number; });
}

void Invitations::withdraw_all(const std::string& terminal) {
  std::lock_guard lock(mutex_);
  std::erase_if(entries_, [&](const Entry& entry) { return entry.invitation.terminal == terminal; });
}

void Invitations::forget(Clock::time_point now) {
  std::erase_if(entries_, [&](const Entry& entry) { return entry.until <= now; });
}

}  // namespace wharf_paramiko::terminal
