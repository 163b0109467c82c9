// SPDX-License-Identifier: MIT
#include "terminal/session_limits.h"

#include <utility>

namespace wharf_paramiko::terminal {

namespace {

using Counts = std::unordered_map<std::string, size_t>;

bool is_full(const Counts& counts, const std::string& who, size_t cap) {
  if (cap == 0 || who.empty()) return false;
  Counts::const_iterator found = counts.find(who);
  return found != counts.end() && found->second >= cap;
}

void leave(Counts& counts, const std::string& who) {
  Counts::iterator found = counts.find(who);
  if (found != counts.end() && --found->second == 0) counts.erase(found);
}

}  // namespace

SessionLimits::Place& SessionLimits::Place::operator=(Place&& other) noexcept {
  if (this != &other) {
    give_back();
    state_ = std::move(other.state_);
    user_ = std::move(other.user_);
    address_ = std::move(other.address_);
  }
  return *this;
}

void SessionLimits::Place::give_back() {
  if (state_ == nullptr) return;
  std::lock_guard lock(state_->mutex);
  --state_->total;
  leave(state_->of_user, user_);
  leave(state_->of_address, address_);
}

tl::expected<SessionLimits::Place, SessionLimits::Full> SessionLimits::enter(std::string_view user,
                                                                             std::string_view address) {
  Place place;
  place.user_ = user;
  place.address_ = address;
  std::lock_guard lock(state_->mutex);
  const Caps& caps = state_->caps;
  if (caps.total != 0 && state_->total >= caps.total) return tl::make_unexpected(Full::Total);
  if (is_full(state_->of_address, place.address_, caps.per_address))
    return tl::make_unexpected(Full::Address);
  if (is_full(state_->of_user, place.user_, caps.per_user)) return tl::make_unexpected(Full::User);
  ++state_->total;
  if (!user.empty()) ++state_->of_user[place.user_];
  if (!address.empty()) ++state_->of_address[place.address_];
  place.state_ = state_;
  return place;
}

size_t SessionLimits::total() const {
  std::lock_guard lock(state_->mutex);
  return state_->total;
}

AttemptLimit::Clock::duration AttemptLimit::attempt(std::string_view who, Clock::time_point now) {
  if (per_minute_ == 0) return Clock::duration::zero();
  std::lock_guard lock(mutex_);
  if (now - swept_ >= span) forget(now);
  std::deque<Clock::time_point>& times = attempts_[std::string(who)];
  while (!times.empty() && now - times.front() >= span) times.pop_front();
  if (times.size() >= per_minute_) return times.front() + span - now;
  times.push_back(now);
  return Clock::duration::zero();
}

void AttemptLimit::forget(Clock::time_point now) {
  swept_ = now;
  std::erase_if(attempts_,
                [&](const auto& entry) { return entry.second.empty() || now - entry.second.back() >= span; });
}

size_t AttemptLimit::remembered() const {
  std::lock_guard lock(mutex_);
  return attempts_.size();
}

}  // namespace wharf_paramiko::terminal
