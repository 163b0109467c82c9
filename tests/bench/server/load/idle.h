// Connections that say nothing.
#pragma once

#include "crowd.h"
#include "work.h"

namespace load {

class Idle : public Work {
 public:
  explicit Idle(const Options& options) : crowd_(options.target, options.connections) {}

  void run() override {}
  void close() override { crowd_.close(); }

 private:
  Crowd crowd_;
};

}  // namespace load
