#include "layer/redis/drops.h"

namespace wharf::layer::redis {

namespace {

constexpr std::chrono::seconds interval{10};

constexpr const char* texts[] = {
    "another process does not keep up with its queue, which has `capacity` messages",
    "Redis went away before it answered",
    "Redis refuses it",
    "a worker has `pending` bytes of events waiting",
    "it is larger than `pending`",
    "it cannot be read",
    "it is for nobody here",
};

}  // namespace

Drops::~Drops() {
  for (size_t index = 0; index < reasons; ++index) tell(index, Clock::now());
}

void Drops::count(Reason reason, std::string_view what, uint64_t events) {
  std::lock_guard lock(mutex_);
  const size_t index = static_cast<size_t>(reason);
  Entry& entry = entries_[index];
  if (entry.total == entry.told) entry.what = what;
  entry.total += events;
  tell_if_due(index, clock_());
}

void Drops::tell() {
  std::lock_guard lock(mutex_);
  const Clock::time_point now = clock_();
  for (size_t index = 0; index < reasons; ++index) tell_if_due(index, now);
}

void Drops::tell_if_due(size_t index, Clock::time_point now) {
  const Entry& entry = entries_[index];
  if (entry.told == 0 || now >= entry.last_told + interval) tell(index, now);
}

void Drops::tell(size_t index, Clock::time_point now) {
  Entry& entry = entries_[index];
  if (entry.total == entry.told) return;
  log_.warn(
      "channel layer: {} lost: {}: {}",
      entry.total - entry.told == 1 ? "an event is" : fmt::format("{} events are", entry.total - entry.told),
      texts[index], telemetry::printable(entry.what));
  entry.told = entry.total;
  entry.last_told = now;
}

uint64_t Drops::total(Reason reason) const {
  std::lock_guard lock(mutex_);
  return entries_[static_cast<size_t>(reason)].total;
}

uint64_t Drops::total() const {
  std::lock_guard lock(mutex_);
  uint64_t sum = 0;
  for (const Entry& entry : entries_) sum += entry.total;
  return sum;
}

}  // namespace wharf::layer::redis
