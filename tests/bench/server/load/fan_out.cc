#include "fan_out.h"

#include <algorithm>

#include "failure.h"

namespace load {
namespace {

constexpr std::size_t most_calls = 10;
// A server that says nothing for so many milliseconds has said all. It gets twice the time at each call.
constexpr int first_silence = 1000, longest_silence = 60'000;

}  // namespace

FanOut::FanOut(const Options& options)
    : window_(options.window),
      messages_(options.messages),
      warm_up_(options.warm_up),
      frames_(options.size, options.pair ? Answer::pair : Answer::same),
      crowd_(options.target, options.connections),
      checkers_(crowd_.size()) {}

void FanOut::warm_up() {
  join();
  exchange(warm_up_);
}

void FanOut::join() {
  std::vector<std::size_t> after(crowd_.size());  // answers, from its first one on
  std::size_t there = 0;                          // members that have heard the last call
  int silence = first_silence;
  for (std::size_t call = 0; there < crowd_.size(); ++call) {
    if (call == most_calls) throw Failure("somebody in the group hears nothing");
    there = 0;
    crowd_.say(frames_, 0, 1);
    const Crowd::Heard heard = [&](std::size_t number, std::string_view bytes) {
      after[number] += checkers_[number].take(frames_, stamps_, bytes);
      if (after[number] > 0 && checkers_[number].first() + after[number] == call + 1) ++there;
    };
    while (there < crowd_.size() && crowd_.hear(frames_, heard, silence)) {
    }
    silence = std::min(2 * silence, longest_silence);
  }
}

void FanOut::exchange(std::size_t count) {
  std::vector<std::size_t> heard_by(window_);            // of the messages in flight
  std::vector<std::size_t> heard_so_far(crowd_.size());  // messages, by each member
  std::size_t said = std::min(window_, count);
  std::size_t done = 0;  // messages that everybody has heard
  if (said > 0) crowd_.say(frames_, 0, said);
  const Crowd::Heard heard = [&](std::size_t number, std::string_view bytes) {
    std::size_t answers = checkers_[number].take(frames_, stamps_, bytes);
    while (answers-- > 0) ++heard_by[heard_so_far[number]++ % window_];
    const std::size_t before = done;
    while (done < said && heard_by[done % window_] == crowd_.size()) heard_by[done++ % window_] = 0;
    const std::size_t more = std::min(done - before, count - said);
    said += more;
    if (more > 0) crowd_.say(frames_, 0, more);
  };
  while (done < count) crowd_.hear(frames_, heard);
}

}  // namespace load
