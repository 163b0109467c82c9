// The loop of the main thread. Everything on it is closed before it ends.
#pragma once

#include <uv.h>

namespace wharf::cli {

// [loader]
class MainLoop {
 public:
  MainLoop() { uv_loop_init(&loop_); }
  ~MainLoop() {
    uv_run(&loop_, UV_RUN_DEFAULT);  // the callbacks of what is closing
    uv_loop_close(&loop_);
  }
  MainLoop(const MainLoop&) = delete;
  MainLoop& operator=(const MainLoop&) = delete;

  uv_loop_t* get() { return &loop_; }
  // Until stop(), which may have been called before.
  void run() { uv_run(&loop_, UV_RUN_DEFAULT); }
  void stop() { uv_stop(&loop_); }

 private:
  uv_loop_t loop_;
};

}  // namespace wharf::cli
