#include "poll_loop.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace wharf_paramiko::ssh {

using std::chrono::steady_clock;

// A watch with a descriptor, or a timer without one.
struct PollLoop::Entry {
  int fd = -1;
  unsigned mask = 0;
  steady_clock::time_point when;
  std::function<void(unsigned)> call;
  bool cancelled = false;
};

class PollLoop::EntryHandle : public Handle {
 public:
  EntryHandle(PollLoop& loop, std::shared_ptr<Entry> made) : entry(std::move(made)), loop_(loop) {
    loop_.entries_.push_back(entry);
  }
  ~EntryHandle() override {
    entry->cancelled = true;
    loop_.entries_.remove(entry);
  }
  const std::shared_ptr<Entry> entry;

 private:
  PollLoop& loop_;
};

PollLoop::PollLoop() : wake_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

PollLoop::~PollLoop() {
  for (std::thread& thread : pool_) thread.join();
  run_posts();
  close(wake_);
}

std::unique_ptr<Loop::Handle> PollLoop::watch(int fd, unsigned mask, std::function<void(unsigned)> ready) {
  return std::make_unique<EntryHandle>(*this,
                                       std::make_shared<Entry>(Entry{fd, mask, {}, std::move(ready), false}));
}

void PollLoop::modify(Handle& watch, unsigned mask) { static_cast<EntryHandle&>(watch).entry->mask = mask; }

std::unique_ptr<Loop::Handle> PollLoop::timer(std::chrono::milliseconds first, std::function<void()> fired) {
  auto call = [fired = std::move(fired)](unsigned) { fired(); };
  return std::make_unique<EntryHandle>(
      *this, std::make_shared<Entry>(Entry{-1, 0, steady_clock::now() + first, std::move(call), false}));
}

void PollLoop::post(std::function<void()> task) {
  const std::lock_guard lock(mutex_);
  posts_.push_back(std::move(task));
  const uint64_t one = 1;
  if (write(wake_, &one, sizeof one) != sizeof one) return;  // it is awake as it is
}

void PollLoop::in_pool(std::function<void()> work, std::function<void()> done) {
  pool_.emplace_back([this, work = std::move(work), done = std::move(done)]() mutable {
    work();
    post(std::move(done));
  });
}

void PollLoop::run_posts() {
  std::vector<std::function<void()>> posts;
  {
    const std::lock_guard lock(mutex_);
    uint64_t count = 0;
    if (read(wake_, &count, sizeof count) == sizeof count) posts.swap(posts_);
  }
  for (const std::function<void()>& task : posts) task();
}

void PollLoop::turn() {
  std::vector<pollfd> fds{{wake_, POLLIN, 0}};
  std::vector<std::shared_ptr<Entry>> polled{nullptr};
  auto next = steady_clock::now() + std::chrono::milliseconds(20);
  for (const std::shared_ptr<Entry>& entry : entries_) {
    if (entry->fd < 0) {
      next = std::min(next, entry->when);
    } else if (entry->mask != 0) {
      const int events =
          ((entry->mask & Read) != 0 ? POLLIN : 0) | ((entry->mask & Write) != 0 ? POLLOUT : 0);
      fds.push_back({entry->fd, static_cast<short>(events), 0});
      polled.push_back(entry);
    }
  }
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(next - steady_clock::now());
  poll(fds.data(), fds.size(), static_cast<int>(std::max<int64_t>(wait.count(), 0)));
  ++turns_;
  run_posts();
  for (size_t i = 1; i < fds.size(); ++i) {
    const std::shared_ptr<Entry> entry = polled[i];  // it may go while it runs
    unsigned happened =
        ((fds[i].revents & POLLIN) != 0 ? Read : 0u) | ((fds[i].revents & POLLOUT) != 0 ? Write : 0u);
    if ((fds[i].revents & (POLLERR | POLLHUP)) != 0) happened = Read | Write;
    if (!entry->cancelled && (happened & entry->mask) != 0) entry->call(happened & entry->mask);
  }
  const std::list<std::shared_ptr<Entry>> now = entries_;
  for (const std::shared_ptr<Entry>& entry : now) {
    if (entry->fd >= 0 || entry->cancelled || entry->when > steady_clock::now()) continue;
    entry->when = steady_clock::time_point::max();
    entry->call(0);
  }
}

bool PollLoop::run_until(const std::function<bool()>& reached, std::chrono::milliseconds deadline) {
  const auto end = steady_clock::now() + deadline;
  while (!reached()) {
    if (steady_clock::now() > end) return false;
    turn();
  }
  return true;
}

}  // namespace wharf_paramiko::ssh
