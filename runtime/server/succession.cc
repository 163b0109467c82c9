#include "server/succession.h"

#include <algorithm>
#include <utility>

#include "server/connection.h"

namespace wharf::server {

namespace {

using Clock = std::chrono::steady_clock;

// Well below a millisecond, since a portion is not all that a worker does in a turn.
constexpr std::chrono::microseconds portion(250);

}  // namespace

Succession::Succession(unsigned worker, Commons& commons, Deadlines& drains)
    : worker_(worker), commons_(commons), drains_(drains) {}

void Succession::begin(std::shared_ptr<const Serving> before, std::shared_ptr<const Serving> now, Done done) {
  now_ = std::move(now);
  done_.push_back(std::move(done));
  for (const std::shared_ptr<RouteInstance>& old : before->routes) {
    replaced_.try_emplace(old->instance.get(), Replaced{old, nullptr, false, 0, {}});
  }
  before.reset();  // what nobody uses any more ends in a portion, and counts there
  look_for_successors();
  if (!replaced_.empty()) connections_ = commons_.slots.all();
  next_ = 0;
  step();
}

void Succession::look_for_successors() {
  for (const std::shared_ptr<RouteInstance>& current : now_->routes) replaced_.erase(current->instance.get());
  for (auto& [instance, replaced] : replaced_) {
    const RouteInstance& old = *replaced.old;
    const auto found = std::find_if(now_->routes.begin(), now_->routes.end(),
                                    [&old](const std::shared_ptr<RouteInstance>& current) {
                                      return current->route.same_pattern(old.route);
                                    });
    replaced.successor = found == now_->routes.end() ? nullptr : *found;
    replaced.migrates = replaced.successor != nullptr &&
                        replaced.successor->route.consumer == old.route.consumer &&
                        old.instance->migrates() && replaced.successor->instance->migrates();
    replaced.staying.clear();
  }
}

void Succession::step() {
  const Clock::time_point began = Clock::now();
  Clock::time_point now = began;
  while (next_ < connections_.size() && now < began + portion) {
    settle(connections_[next_++]);
    now = Clock::now();
  }
  if (next_ == connections_.size()) finish();
  longest_ = std::max<std::chrono::nanoseconds>(longest_, Clock::now() - began);
  if (busy()) return;
  for (const Done& done : std::exchange(done_, {})) done(longest_);
  longest_ = {};
}

void Succession::settle(wharf_connection number) {
  Connection* connection = commons_.slots.find(number);
  if (connection == nullptr) return;
  const auto found = replaced_.find(connection->route().instance.get());
  if (found == replaced_.end()) return;
  Replaced& replaced = found->second;
  if (replaced.migrates && connection->hand_over(replaced.successor)) {
    ++replaced.taken;
  } else {
    replaced.staying.push_back(number);
  }
}

void Succession::finish() {
  for (auto& [instance, replaced] : replaced_) finish(replaced);
  replaced_.clear();
  connections_ = {};
  next_ = 0;
  now_ = nullptr;
}

void Succession::finish(Replaced& replaced) {
  const size_t all = replaced.taken + replaced.staying.size();
  if (replaced.migrates && all > 0) {
    commons_.log.info("worker {}: `{}` {} has taken over {} of {} connections", worker_,
                      replaced.successor->route.consumer,
                      replaced.successor->instance->generation().consumer().version, replaced.taken, all);
  }
  // What the route says now counts; of one that is gone, what it said.
  const config::Drain& drain = (replaced.successor ? replaced.successor : replaced.old)->route.drain;
  if (drain.when == config::Drain::When::Never) return;
  const uint64_t within = static_cast<uint64_t>(drain.within.count());
  const std::vector<wharf_connection>& leaving = replaced.staying;
  for (size_t i = 0; i < leaving.size(); ++i) {
    drains_.add(drains_.now() + within * i / leaving.size(), leaving[i]);
  }
}

void Succession::stop() {
  now_ = nullptr;
  replaced_.clear();
  connections_.clear();
  next_ = 0;
}

}  // namespace wharf::server
