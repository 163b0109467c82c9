#include "auth/inquiry/flights.h"

#include <utility>

namespace wharf::auth::inquiry {

std::optional<Answer> Flights::known(const std::string& key, Time now) {
  forget(now);
  const auto found = entries_.find(key);
  return found == entries_.end() ? std::nullopt : found->second.answer;
}

bool Flights::begin(const std::string& key, Done done, Time now) {
  auto [found, is_new] = entries_.try_emplace(key);
  const size_t number = next_number_++;
  found->second.waiting.push_back({number, std::move(done)});
  deadlines_.push_back({now + patience_, key, number});
  return is_new;
}

bool Flights::awaited(const std::string& key) const {
  const auto found = entries_.find(key);
  return found != entries_.end() && !found->second.waiting.empty();
}

std::vector<Flights::Done> Flights::land(const std::string& key, const Answer& answer, Time now) {
  std::vector<Done> waiting;
  const auto found = entries_.find(key);
  if (found == entries_.end()) return waiting;
  for (Waiting& one : found->second.waiting) waiting.push_back(std::move(one.done));
  found->second.waiting.clear();
  if (answer.kind == Answer::Kind::Unavailable || keep_ == Patience(0)) {
    entries_.erase(found);
    return waiting;
  }
  found->second.answer = answer;
  found->second.until = now + keep_;
  kept_.push_back({now + keep_, key});
  forget(now);
  return waiting;
}

std::vector<Flights::Done> Flights::overdue(Time now) {
  std::vector<Done> late;
  for (; !deadlines_.empty() && deadlines_.front().when <= now; deadlines_.pop_front()) {
    const auto found = entries_.find(deadlines_.front().key);
    if (found == entries_.end()) continue;
    // Who came first waits first.
    std::deque<Waiting>& waiting = found->second.waiting;
    if (waiting.empty() || waiting.front().number != deadlines_.front().number) continue;
    late.push_back(std::move(waiting.front().done));
    waiting.pop_front();
  }
  return late;
}

std::optional<Flights::Time> Flights::next_deadline() const {
  if (deadlines_.empty()) return std::nullopt;
  return deadlines_.front().when;
}

void Flights::forget(Time now) {
  for (; !kept_.empty() && (kept_.front().until <= now || kept_.size() > most_); kept_.pop_front()) {
    entries_.erase(kept_.front().key);
  }
}

}  // namespace wharf::auth::inquiry
