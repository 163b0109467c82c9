// Each connection says messages and gets each back; its next one follows when one has come back.
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

class Echo : public Work {
 public:
  explicit Echo(const Options& options);

  void warm_up() override { exchange(warm_up_); }
  void run() override { exchange(messages_); }
  void close() override;

 private:
  // Each connection says `quota` messages.
  void exchange(std::size_t quota);

  std::size_t window_, messages_, warm_up_;
  Frames frames_;
  Stamps stamps_;
  Crowd idle_, crowd_;
  std::vector<Checker> checkers_;
};

}  // namespace load
