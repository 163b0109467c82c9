// A Loop over poll(), turned by the test itself.
#pragma once

#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "ssh/loop.h"

namespace wharf_paramiko::ssh {

class PollLoop : public Loop {
 public:
  PollLoop();
  ~PollLoop() override;

  std::unique_ptr<Handle> watch(int fd, unsigned mask, std::function<void(unsigned)> ready) override;
  void modify(Handle& watch, unsigned mask) override;
  std::unique_ptr<Handle> timer(std::chrono::milliseconds first, std::function<void()> fired) override;
  void post(std::function<void()> task) override;
  void in_pool(std::function<void()> work, std::function<void()> done) override;

  // Turns until `reached`, at most this long. Answers what `reached` answered last.
  bool run_until(const std::function<bool()>& reached,
                 std::chrono::milliseconds deadline = std::chrono::seconds(30));
  // How often poll() returned: whether something spins.
  unsigned turns() const { return turns_; }

 private:
  struct Entry;
  class EntryHandle;
  void turn();
  void run_posts();

  std::list<std::shared_ptr<Entry>> entries_;
  std::mutex mutex_;
  std::vector<std::function<void()>> posts_;
  std::vector<std::thread> pool_;
  int wake_;
  unsigned turns_ = 0;
};

}  // namespace wharf_paramiko::ssh
