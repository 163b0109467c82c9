// The layer's own thread: a loop, and a queue of tasks for it. A slow Redis stalls this thread and no worker.
#pragma once

#include <uv.h>

#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace wharf::layer::redis {

class LoopThread {
 public:
  LoopThread();
  ~LoopThread();  // after stop()
  LoopThread(const LoopThread&) = delete;
  LoopThread& operator=(const LoopThread&) = delete;

  // [any-thread] Runs `task` on the thread, in the order of the calls. They may come before start().
  void post(std::function<void()> task);
  // [loader]
  void start();
  // [loader] Runs what was posted, and waits for the end of the thread: everything on the loop must have been
  // closed by then, or be closing.
  void stop();

  // [layer] For handles. Before start() it is the maker's.
  uv_loop_t* loop() { return &loop_; }

 private:
  void run_tasks();

  uv_loop_t loop_;
  uv_async_t wake_;
  std::mutex mutex_;
  std::vector<std::function<void()>> tasks_;
  std::thread thread_;
};

}  // namespace wharf::layer::redis
