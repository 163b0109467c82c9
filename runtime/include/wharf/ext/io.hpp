// SPDX-License-Identifier: MIT
//
// wharf/ext/io.hpp - timers and watched descriptors as members of a consumer. All [worker].
//
//   wharf::Timer late_;
//   late_ = wharf::Timer(*this, std::chrono::seconds(5), [this] { close(4000, "too slow"); });
//
// One object is one timer or one watch: its destructor cancels it, so a callback never finds its owner gone.
// A callback may cancel, replace or destroy its own object. Exceptions out of a callback end the owner's
// connection.
#ifndef WHARF_EXT_IO_HPP
#define WHARF_EXT_IO_HPP

#include <chrono>
#include <functional>
#include <memory>
#include <stdexcept>
#include <utility>

#include "../consumer.hpp"
#include "io.h"

namespace wharf {

namespace detail {

// A token of wharf.io/1 and the function behind it. Movable; a moved-from or default one holds nothing.
class IoRegistration {
 public:
  IoRegistration() = default;
  IoRegistration(IoRegistration&& other) noexcept { swap(other); }
  IoRegistration& operator=(IoRegistration&& other) noexcept {
    IoRegistration(std::move(other)).swap(*this);
    return *this;
  }
  ~IoRegistration() { cancel(); }

  // No callback follows. Harmless when there is nothing to cancel.
  void cancel() noexcept {
    if (token_ != 0) io_->cancel(host_, std::exchange(token_, 0));
    callback_.reset();
  }

 protected:
  struct Callback : std::enable_shared_from_this<Callback> {
    explicit Callback(std::function<void(uint32_t)> function) : call(std::move(function)) {}
    std::function<void(uint32_t)> call;
  };

  IoRegistration(const Host& host, std::function<void(uint32_t)> call)
      : host_(host.table()),
        io_(&host.extension<wharf_io>(WHARF_IO)),
        callback_(std::make_shared<Callback>(std::move(call))) {}

  void keep(wharf_io_token token, const char* refusal) {
    if (token == 0) throw std::runtime_error(refusal);
    token_ = token;
  }
  // Keeps the function alive while it runs: it may destroy its own registration.
  static void call(void* callback, uint32_t mask) noexcept {
    const std::shared_ptr<Callback> running = static_cast<Callback*>(callback)->shared_from_this();
    running->call(mask);
  }

  const wharf_host* host_ = nullptr;
  const wharf_io* io_ = nullptr;
  std::shared_ptr<Callback> callback_;
  wharf_io_token token_ = 0;

 private:
  void swap(IoRegistration& other) noexcept {
    std::swap(host_, other.host_);
    std::swap(io_, other.io_);
    std::swap(callback_, other.callback_);
    std::swap(token_, other.token_);
  }
};

}  // namespace detail

class Timer : public detail::IoRegistration {
 public:
  Timer() = default;
  // Calls `fired` after `first`, then every `every`; 0 for once.
  Timer(Consumer& owner, std::chrono::milliseconds first, std::function<void()> fired,
        std::chrono::milliseconds every = {})
      : IoRegistration(owner.host(), owner.guarded([fired = std::move(fired)](uint32_t) { fired(); })) {
    const auto trampoline = [](void*, void* context) noexcept { call(context, 0); };
    keep(io_->timer(host_, static_cast<uint64_t>(first.count()), static_cast<uint64_t>(every.count()),
                    trampoline, callback_.get()),
         "the host refused a timer");
  }
};

// Watches a non-blocking descriptor, which stays the caller's and is closed after the watch is cancelled. The
// callback gets what happened: WHARF_IO_READ, WHARF_IO_WRITE, WHARF_IO_ERROR; again in each turn while it
// lasts.
class Watch : public detail::IoRegistration {
 public:
  Watch() = default;
  Watch(Consumer& owner, int descriptor, uint32_t mask, std::function<void(uint32_t)> ready)
      : IoRegistration(owner.host(), owner.guarded(std::move(ready))) {
    const auto trampoline = [](void*, void* context, int, uint32_t happened) noexcept {
      call(context, happened);
    };
    keep(io_->watch(host_, descriptor, mask, trampoline, callback_.get()),
         "the host refused to watch a descriptor");
  }
  // 0 keeps the watch and reports nothing. WHARF_GONE when there is nothing to modify.
  wharf_result want(uint32_t mask) const {
    return token_ == 0 ? WHARF_GONE : io_->modify(host_, token_, mask);
  }
};

// Stops reading from the peer of this consumer's connection, or goes on.
inline wharf_result pause(Consumer& consumer, bool paused) {
  const Host& host = consumer.host();
  return host.extension<wharf_io>(WHARF_IO).pause(host.table(), consumer.connection(), paused ? 1 : 0);
}

}  // namespace wharf

#endif  // WHARF_EXT_IO_HPP
