// From addresses to a connected socket: one after the other, under one deadline.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "address.h"
#include "error.h"
#include "loop.h"

namespace wharf_paramiko::ssh {

// [worker] Destroying it gives up.
class Connector {
 public:
  struct Connected {
    int fd = -1;  // the callee's now
    Address address;
  };
  // `name` is for messages. `done` is called once, not within the constructor, and may destroy this object.
  Connector(Loop& loop, std::string name, std::vector<Address> addresses, std::chrono::milliseconds deadline,
            std::function<void(Result<Connected>)> done);
  ~Connector();
  Connector(const Connector&) = delete;
  Connector& operator=(const Connector&) = delete;

 private:
  void try_next();
  void finished(int error);
  void give_up(int error);
  void drop();

  Loop& loop_;
  const std::string name_;
  const std::vector<Address> addresses_;
  const std::chrono::steady_clock::time_point end_;
  const std::function<void(Result<Connected>)> done_;
  size_t next_ = 0;
  int fd_ = -1;
  std::unique_ptr<Loop::Handle> watch_;
  std::unique_ptr<Loop::Handle> timer_;
};

}  // namespace wharf_paramiko::ssh
