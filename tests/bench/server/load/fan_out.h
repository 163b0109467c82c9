// All connections are members of one group: the first one talks, and everybody hears it.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "checker.h"
#include "crowd.h"
#include "frames.h"
#include "stamp.h"
#include "work.h"

namespace load {

class FanOut : public Work {
 public:
  explicit FanOut(const Options& options);

  // Talks until everybody is there: some servers answer the handshake before a member has joined.
  void warm_up() override;
  void run() override { exchange(messages_); }
  void close() override { crowd_.close(); }

 private:
  void join();
  // Says `count` messages, `window_` of which not everybody may have heard.
  void exchange(std::size_t count);

  std::size_t window_, messages_, warm_up_;
  Frames frames_;
  Stamps stamps_;
  Crowd crowd_;
  std::vector<Checker> checkers_;
};

}  // namespace load
