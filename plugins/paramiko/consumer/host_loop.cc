#include "consumer/host_loop.h"

#include <stdexcept>
#include <utility>

namespace wharf_paramiko {

namespace {

uint32_t to_host(unsigned mask) {
  return (mask & ssh::Loop::Read ? WHARF_IO_READ : 0u) | (mask & ssh::Loop::Write ? WHARF_IO_WRITE : 0u);
}

struct Job {
  std::function<void()> work;
  std::function<void()> done;
};

}  // namespace

// Its function is kept alive while it runs, since it may destroy the handle.
class HostLoop::IoHandle : public ssh::Loop::Handle {
 public:
  struct Callback : std::enable_shared_from_this<Callback> {
    wharf::Host host;
    unsigned mask;
    std::function<void(unsigned)> call;
    Callback(wharf::Host of, unsigned wanted, std::function<void(unsigned)> function)
        : host(of), mask(wanted), call(std::move(function)) {}

    static void run(void* context, unsigned happened) noexcept {
      const std::shared_ptr<Callback> running = static_cast<Callback*>(context)->shared_from_this();
      wharf::detail::contain([&] { running->call(happened); },
                             [&](const char* what) {
                               running->host.log(WHARF_ERROR, 0,
                                                 std::string("an SSH callback threw: ") + what);
                             });
    }
  };

  IoHandle(const wharf_io& io, std::shared_ptr<Callback> callback)
      : io_(io), callback_(std::move(callback)) {}
  ~IoHandle() override { io_.cancel(callback_->host.table(), token); }

  void want(unsigned mask) {
    callback_->mask = mask;
    io_.modify(callback_->host.table(), token, to_host(mask));
  }

  wharf_io_token token = 0;

 private:
  const wharf_io& io_;
  std::shared_ptr<Callback> callback_;
};

HostLoop::HostLoop(wharf::Host host)
    : host_(host), io_(host_.extension<wharf_io>(WHARF_IO)), pool_(host_.extension<wharf_pool>(WHARF_POOL)) {}

void HostLoop::close() {
  std::lock_guard lock(mutex_);
  closed_ = true;
}

std::unique_ptr<ssh::Loop::Handle> HostLoop::watch(int fd, unsigned mask,
                                                   std::function<void(unsigned)> ready) {
  auto callback = std::make_shared<IoHandle::Callback>(host_, mask, std::move(ready));
  auto handle = std::make_unique<IoHandle>(io_, callback);
  const auto happened = [](void*, void* context, int, uint32_t what) noexcept {
    const unsigned asked = static_cast<IoHandle::Callback*>(context)->mask;
    unsigned seen = (what & WHARF_IO_READ ? Read : 0u) | (what & WHARF_IO_WRITE ? Write : 0u);
    if (what & WHARF_IO_ERROR) seen |= asked;
    IoHandle::Callback::run(context, seen);
  };
  handle->token = io_.watch(host_.table(), fd, to_host(mask), happened, callback.get());
  if (handle->token == 0) throw std::runtime_error("the host refused to watch a socket");
  return handle;
}

void HostLoop::modify(Handle& watch, unsigned mask) { static_cast<IoHandle&>(watch).want(mask); }

std::unique_ptr<ssh::Loop::Handle> HostLoop::timer(std::chrono::milliseconds first,
                                                   std::function<void()> fired) {
  auto callback =
      std::make_shared<IoHandle::Callback>(host_, 0, [fired = std::move(fired)](unsigned) { fired(); });
  auto handle = std::make_unique<IoHandle>(io_, callback);
  const auto due = [](void*, void* context) noexcept { IoHandle::Callback::run(context, 0); };
  handle->token = io_.timer(host_.table(), static_cast<uint64_t>(first.count()), 0, due, callback.get());
  if (handle->token == 0) throw std::runtime_error("the host refused a timer");
  return handle;
}

void HostLoop::run(std::function<void()> task) {
  if (std::this_thread::get_id() != worker_) return post(std::move(task));
  {
    std::lock_guard lock(mutex_);
    if (closed_) return;
  }
  task();
}

void HostLoop::post(std::function<void()> task) {
  std::lock_guard lock(mutex_);
  if (!closed_) host_.post(std::move(task));
}

void HostLoop::in_pool(std::function<void()> work, std::function<void()> done) {
  auto job = std::make_unique<Job>(Job{std::move(work), std::move(done)});
  const wharf_job description = {
      .size = sizeof(wharf_job),
      .reserved = 0,
      .context = job.get(),
      .run = [](void* context) noexcept { static_cast<Job*>(context)->work(); },
      .done =
          [](void*, void* context) noexcept {
            const std::unique_ptr<Job> mine(static_cast<Job*>(context));
            mine->done();
          },
      .drop = [](void* context) noexcept { delete static_cast<Job*>(context); },
  };
  std::lock_guard lock(mutex_);
  if (closed_) return;
  const wharf_result result = pool_.submit(host_.table(), &description);
  if (result == WHARF_OK) {
    static_cast<void>(job.release());  // it is the pool's now
  } else if (result == WHARF_FULL) {
    host_.post(std::move(job->done));
  }
}

}  // namespace wharf_paramiko
