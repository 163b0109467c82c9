// Connections that come, shake hands, say goodbye and are gone, a number of them at a time.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "link.h"
#include "poll.h"
#include "work.h"

namespace load {

class Arrivals : public Work {
 public:
  explicit Arrivals(const Options& options);

  void warm_up() override { come_and_go(warm_up_); }
  void run() override { come_and_go(messages_); }
  void close() override {}

 private:
  enum class Step { connecting, shaking_hands, leaving, ending };
  struct Visit {
    Link link;
    Step step = Step::connecting;
  };

  void come_and_go(std::size_t count);
  void come(std::size_t number);
  // Returns true when the visit is over.
  bool go_on(std::size_t number, unsigned events);

  Target target_;
  std::size_t messages_, warm_up_;
  Poll poll_;
  std::vector<Visit> visits_;
  std::vector<char> buffer_;
};

}  // namespace load
