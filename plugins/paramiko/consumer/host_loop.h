// The loop of one worker, as SSH sessions see it, over wharf.io/1 and wharf.pool/1.
#pragma once

#include <wharf/consumer.hpp>
#include <wharf/ext/io.h>
#include <wharf/ext/pool.h>

#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "ssh/loop.h"

namespace wharf_paramiko {

// Made on its worker by the instance of a route. Others may hold it for longer: after close() it does
// nothing.
class HostLoop : public ssh::Loop {
 public:
  explicit HostLoop(wharf::Host host);

  // [worker] The instance is about to end.
  void close();
  // [any-thread] Runs `task` on the worker: at once when the caller is there, else later. Not at all after
  // close().
  void run(std::function<void()> task);
  // [worker] Good until close().
  const wharf::Host& host() const { return host_; }

  std::unique_ptr<Handle> watch(int fd, unsigned mask, std::function<void(unsigned)> ready) override;
  void modify(Handle& watch, unsigned mask) override;
  std::unique_ptr<Handle> timer(std::chrono::milliseconds first, std::function<void()> fired) override;
  void post(std::function<void()> task) override;
  void in_pool(std::function<void()> work, std::function<void()> done) override;

 private:
  class IoHandle;

  wharf::Host host_;
  const wharf_io& io_;
  const wharf_pool& pool_;
  std::thread::id worker_ = std::this_thread::get_id();
  std::mutex mutex_;  // for `closed_`, so that the host is not called when it is gone
  bool closed_ = false;
};

}  // namespace wharf_paramiko
