#include "layer/redis/loop_thread.h"

#include <utility>

namespace wharf::layer::redis {

LoopThread::LoopThread() {
  uv_loop_init(&loop_);
  uv_async_init(&loop_, &wake_, [](uv_async_t* wake) { static_cast<LoopThread*>(wake->data)->run_tasks(); });
  wake_.data = this;
}

LoopThread::~LoopThread() { uv_loop_close(&loop_); }

void LoopThread::start() {
  thread_ = std::thread([this] { uv_run(&loop_, UV_RUN_DEFAULT); });
}

void LoopThread::stop() {
  post([this] { uv_close(reinterpret_cast<uv_handle_t*>(&wake_), nullptr); });
  thread_.join();
}

void LoopThread::post(std::function<void()> task) {
  std::lock_guard lock(mutex_);
  tasks_.push_back(std::move(task));
  if (tasks_.size() == 1) uv_async_send(&wake_);
}

void LoopThread::run_tasks() {
  std::vector<std::function<void()>> tasks;
  {
    std::lock_guard lock(mutex_);
    std::swap(tasks, tasks_);
  }
  for (std::function<void()>& task : tasks) task();
}

}  // namespace wharf::layer::redis
