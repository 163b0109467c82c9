#include "consumer/idle_watch.h"

#include <algorithm>
#include <utility>

namespace wharf_paramiko {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

milliseconds notice_of(milliseconds limit) {
  return std::min<milliseconds>(limit / 10, std::chrono::minutes(1));
}

}  // namespace

IdleWatch::IdleWatch(ssh::Loop& loop, Limits limits, Told told)
    : loop_(loop), limits_(limits), told_(std::move(told)) {
  look_in(Clock::duration::zero());
}

void IdleWatch::input() {
  last_input_ = Clock::now();
  if (!std::exchange(told_idle_, false)) return;
  told_fixed_ = false;
  told_.soon(seconds(0), false);
  look_in(Clock::duration::zero());
}

void IdleWatch::somebody_new() {
  last_input_ = Clock::now();
  told_idle_ = told_fixed_ = false;
  look_in(Clock::duration::zero());
}

IdleWatch::End IdleWatch::next_end() const {
  End end;
  if (limits_.idle.count() > 0) {
    end.at = last_input_ + limits_.idle;
    end.told_at = end.at - notice_of(limits_.idle);
  }
  if (limits_.session.count() > 0 && began_ + limits_.session <= end.at) {
    end.at = began_ + limits_.session;
    end.told_at = end.at - notice_of(limits_.session);
    end.fixed = true;
  }
  return end;
}

void IdleWatch::look() {
  timer_.reset();
  const End end = next_end();
  if (end.at == Clock::time_point::max()) return;
  const Clock::time_point now = Clock::now();
  if (now >= end.at) {
    const std::function<void(const ssh::Error&)> over = told_.over;
    return over(
        {ssh::Code::Idle, end.fixed ? "no session may last longer" : "nobody typed for too long", true});
  }
  if (now < end.told_at) return look_in(end.told_at - now);
  bool& told = end.fixed ? told_fixed_ : told_idle_;
  if (!std::exchange(told, true)) told_.soon(std::chrono::ceil<seconds>(end.at - now), end.fixed);
  look_in(end.at - now);
}

void IdleWatch::look_in(Clock::duration time) {
  timer_ = loop_.timer(std::chrono::ceil<milliseconds>(time), [this] { look(); });
}

}  // namespace wharf_paramiko
