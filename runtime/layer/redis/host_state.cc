#include "layer/redis/host_state.h"

#include <utility>

namespace wharf::layer::redis {

HostState::HostState(std::string name, unsigned clients, telemetry::Log& log)
    : name_(std::move(name)), clients_(clients), log_(log) {}

void HostState::up() {
  if (++connected_ < clients_) return;
  log_.info("channel layer: Redis ({}) is {}", name_, told_.empty() ? "connected" : "back");
  told_.clear();
  usable_.store(true, std::memory_order_release);
}

void HostState::down(const std::string& why, bool was_up) {
  if (was_up) --connected_;
  usable_.store(false, std::memory_order_release);
  for (const std::function<void()>& then : when_down_) then();
  // Many attempts may follow; each reason is told once. A server that speaks another protocol may invent
  // them.
  constexpr size_t most = 8;
  if (told_.size() == most || !told_.insert(why).second) return;
  log_.warn("channel layer: Redis ({}) is away: {}; trying again", name_, telemetry::printable(why));
}

void HostState::silent() {
  for (const std::function<void()>& then : when_silent_) then();
}

void HostState::refuses() {
  using namespace std::chrono_literals;
  refuses_until_ = (std::chrono::steady_clock::now() + 1s).time_since_epoch().count();
}

bool HostState::refusing() const {
  const std::chrono::steady_clock::rep until = refuses_until_.load(std::memory_order_relaxed);
  return until != 0 && std::chrono::steady_clock::now().time_since_epoch().count() < until;
}

}  // namespace wharf::layer::redis
