#include "crowd.h"

#include <algorithm>

#include "failure.h"

namespace load {
namespace {

// Some servers have short queues for those who are not accepted yet.
constexpr std::size_t at_once = 40;
constexpr std::size_t buffer_bytes = 512 << 10;
constexpr char close_opcode = '\x88';

}  // namespace

Crowd::Crowd(const Target& target, std::size_t count) : buffer_(buffer_bytes) {
  links_.reserve(count);
  std::size_t open = 0;
  while (open < count) {
    while (links_.size() < std::min(count, open + at_once)) {
      links_.emplace_back(target);
      poll_.add(links_.back().fd(), links_.size() - 1, true);
    }
    for (const epoll_event& event : poll_.wait()) {
      Link& link = links_[event.data.u64];
      if ((event.events & EPOLLOUT) != 0) {
        link.request(target);
        poll_.change(link.fd(), event.data.u64, false);
      } else if (link.answered(link.receive(buffer_.data(), buffer_.size()))) {
        ++open;
      }
    }
  }
}

void Crowd::say(const Frames& frames, std::size_t number, std::size_t count) {
  Link& link = links_[number];
  const bool waited = link.blocked();
  link.say(frames, count);
  if (link.blocked() && !waited) poll_.change(link.fd(), number, true);
}

bool Crowd::hear(const Frames& frames, const Heard& heard, int milliseconds) {
  const auto events = milliseconds < 0 ? poll_.wait() : poll_.wait_for(milliseconds);
  for (const epoll_event& event : events) {
    const std::size_t number = event.data.u64;
    Link& link = links_[number];
    if ((event.events & EPOLLOUT) != 0) {
      link.go_on(frames);
      if (!link.blocked()) poll_.change(link.fd(), number, false);
    }
    if ((event.events & ~static_cast<unsigned>(EPOLLOUT)) != 0)
      heard(number, link.receive(buffer_.data(), buffer_.size()));
  }
  return !events.empty();
}

void Crowd::close() {
  for (const Link& link : links_) link.say_close();
  std::size_t open = links_.size();
  while (open > 0) {
    for (const epoll_event& event : poll_.wait()) {
      Link& link = links_[event.data.u64];
      const std::string_view bytes = link.receive(buffer_.data(), buffer_.size());
      if (bytes.empty()) continue;
      if (bytes.front() != close_opcode) throw Failure("more came than was asked for");
      link = Link();
      --open;
    }
  }
}

}  // namespace load
