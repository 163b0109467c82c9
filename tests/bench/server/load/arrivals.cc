#include "arrivals.h"

#include <algorithm>

#include "failure.h"

namespace load {

Arrivals::Arrivals(const Options& options)
    : target_(options.target),
      messages_(options.messages),
      warm_up_(options.warm_up),
      visits_(options.connections),
      buffer_(4096) {}

void Arrivals::come_and_go(std::size_t count) {
  std::size_t begun = std::min(count, visits_.size());
  for (std::size_t number = 0; number < begun; ++number) come(number);
  for (std::size_t over = 0; over < count;) {
    for (const epoll_event& event : poll_.wait()) {
      if (!go_on(event.data.u64, event.events)) continue;
      ++over;
      visits_[event.data.u64] = Visit();
      if (begun < count) {
        come(event.data.u64);
        ++begun;
      }
    }
  }
}

void Arrivals::come(std::size_t number) {
  Visit& visit = visits_[number];
  visit.link = Link(target_);
  poll_.add(visit.link.fd(), number, true);
}

bool Arrivals::go_on(std::size_t number, unsigned events) {
  auto& [link, step] = visits_[number];
  if (step == Step::connecting) {
    if ((events & EPOLLOUT) == 0) throw Failure("the server refuses connections");
    link.request(target_);
    poll_.change(link.fd(), number, false);
    step = Step::shaking_hands;
    return false;
  }
  std::string_view bytes;
  const bool goes_on = link.receive_or_end(buffer_.data(), buffer_.size(), bytes);
  if (step == Step::shaking_hands) {
    if (!goes_on) throw Failure("the server has ended a connection");
    if (!link.answered(bytes)) return false;
    link.say_close();
    step = Step::leaving;
  } else if (step == Step::leaving) {
    if (!goes_on || (!bytes.empty() && bytes.front() != '\x88')) throw Failure("goodbye was not answered");
    if (!bytes.empty()) step = Step::ending;
  } else if (!bytes.empty()) {
    throw Failure("something follows the Close frame");
  }
  return !goes_on;
}

}  // namespace load
