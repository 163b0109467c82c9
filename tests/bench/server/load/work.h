// One kind of load. The program makes it, and then calls its functions in their order.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "link.h"

namespace load {

struct Options {
  Target target{0, "/"};
  std::size_t connections = 100;
  std::size_t idle = 0;      // connections beside these that say nothing
  std::size_t window = 1;    // messages in flight: of each connection, or of the group
  std::size_t size = 64;     // bytes of a message
  std::size_t messages = 0;  // over all connections
  std::size_t warm_up = 0;   // the same, before anything is measured
  std::size_t rate = 1000;   // messages a second
  bool pair = false;         // two texts answer one, as the message consumer does
};

class Work {
 public:
  Work() = default;
  Work(const Work&) = delete;
  Work& operator=(const Work&) = delete;
  virtual ~Work() = default;

  virtual void warm_up() {}
  // What is measured. Returns when every answer has come.
  virtual void run() = 0;
  // More members of the object that tells of the run, each with a comma before it.
  [[nodiscard]] virtual std::string result() const { return {}; }
  // Makes sure that nothing follows.
  virtual void close() = 0;
};

}  // namespace load
