#include "echo.h"

#include <algorithm>

namespace load {

Echo::Echo(const Options& options)
    : window_(options.window),
      messages_(options.messages / options.connections),
      warm_up_(options.warm_up / options.connections),
      frames_(options.size, options.pair ? Answer::pair : Answer::same),
      idle_(options.target, options.idle),
      crowd_(options.target, options.connections) {
  for (std::size_t number = 0; number < crowd_.size(); ++number) {
    // Neighbours are far from each other.
    const std::size_t first = number * 37 % frames_.count();
    crowd_.link(number).begin_at(frames_, first);
    checkers_.emplace_back(first);
  }
}

void Echo::exchange(std::size_t quota) {
  const std::size_t first = std::min(window_, quota);
  std::vector<std::size_t> left(crowd_.size(), quota - first);
  std::size_t missing = quota * crowd_.size();
  for (std::size_t number = 0; first > 0 && number < crowd_.size(); ++number)
    crowd_.say(frames_, number, first);
  const Crowd::Heard heard = [&](std::size_t number, std::string_view bytes) {
    const std::size_t answers = checkers_[number].take(frames_, stamps_, bytes);
    missing -= answers;
    const std::size_t more = std::min(answers, left[number]);
    left[number] -= more;
    if (more > 0) crowd_.say(frames_, number, more);
  };
  while (missing > 0) crowd_.hear(frames_, heard);
}

void Echo::close() {
  crowd_.close();
  idle_.close();
}

}  // namespace load
