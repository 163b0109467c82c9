#include "consumer/recording.h"

#include <limits>
#include <utility>

namespace wharf_paramiko {

namespace {

terminal::Recorder::Options options(const terminal::RouteConfig::Recording& rules, std::string stem) {
  terminal::Recorder::Options result;
  result.place = {rules.dir, std::move(stem), rules.max_size};
  result.input = rules.input;
  return result;
}

terminal::CastHeader begun_now(terminal::CastHeader header) {
  header.began = std::chrono::system_clock::now();
  return header;
}

}  // namespace

Recording::Recording(const terminal::RouteConfig::Recording& rules, std::string stem,
                     terminal::CastHeader header, terminal::Recorder::InPool in_pool, Told told)
    : rules_(rules),
      told_(std::move(told)),
      recorder_(options(rules, std::move(stem)), begun_now(std::move(header)), Clock::now(),
                std::move(in_pool), {told_.room, [this](const std::string& why) { lost(why); }}) {
  recorder_.begin([this](const std::string& why) {
    running_ = why.empty();
    if (!running_ && rules_.required) return lost(why);
    if (!running_) told_.noted("it is not recorded: " + why);
    const std::function<void()> begun = told_.begun;
    begun();
  });
}

size_t Recording::room() const {
  return running_ && rules_.required ? recorder_.room() : std::numeric_limits<size_t>::max();
}

void Recording::lost(const std::string& why) {
  running_ = false;
  const Told told = told_;
  told.noted("it is not recorded any more: " + why);
  if (rules_.required) {
    told.failed({ssh::Code::Internal, "this terminal has to be recorded, and cannot be"});
  } else {
    told.room();
  }
}

void Recording::output(std::string_view bytes) { recorder_.output(Clock::now(), bytes); }

void Recording::input(std::string_view bytes) { recorder_.input(Clock::now(), bytes); }

void Recording::resize(const terminal::Size& size) { recorder_.resize(Clock::now(), size.cols, size.rows); }

}  // namespace wharf_paramiko
