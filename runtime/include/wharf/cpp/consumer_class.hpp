// SPDX-License-Identifier: MIT
//
// Part of wharf/consumer.hpp: the class that consumers derive from.
#ifndef WHARF_CPP_CONSUMER_CLASS_HPP
#define WHARF_CPP_CONSUMER_CLASS_HPP

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "event.hpp"
#include "host.hpp"
#include "scope.hpp"

namespace wharf {

namespace detail {

template <class ConsumerClass>
struct Glue;

// The state of a route that has none.
struct Stateless {
  explicit Stateless(const Host&) {}
};

}  // namespace detail

class Consumer {
 public:
  Consumer() = default;
  virtual ~Consumer() = default;
  Consumer(const Consumer&) = delete;
  Consumer& operator=(const Consumer&) = delete;

  // ---- What a consumer overrides.

  // Decides: accept() or reject(). A connect() that calls neither leaves the handshake pending: one of the
  // two follows later, from a timer or a pool job, before the handshake deadline.
  virtual void connect() { accept(); }
  virtual void receive(std::string_view /*text*/) {}
  virtual void receive_binary(Binary /*data*/) { close(1003, "this route takes text only"); }
  // After a WHARF_FULL: there is room again. Overriding it (in public) says that the consumer copes with
  // WHARF_FULL; without it the route's `limits.slow_consumer` decides.
  virtual void drain() {}
  // Once for each connect() that did not reject; override one of the two. The object is destroyed after it.
  virtual void disconnect(uint32_t /*code*/, std::string_view /*reason*/) { disconnect(); }
  virtual void disconnect() {}

  // The events it takes. A class with events declares its own list, in public, below its handlers:
  //   static constexpr auto events = wharf::events(wharf::on("user.message", &MyConsumer::user_message));
  // An event of a type that is not in the list is logged and ignored.
  static constexpr auto events = wharf::events();

  using Route = detail::Stateless;

  // ---- What it calls. Usable from connect() on, not in the constructor. Results are those of wharf_host.

  wharf_result accept() {
    const Host& to = host();
    if (stage_ == Stage::pending) return settle(Stage::accepted, to.accept(connection_));
    return stage_ == Stage::connecting ? settle(Stage::accepted, WHARF_OK) : WHARF_INVALID;
  }
  wharf_result reject(uint32_t http_status = 403, std::string_view why = {}) {
    const Host& to = host();
    if (stage_ != Stage::pending && stage_ != Stage::connecting) return WHARF_INVALID;
    return settle(Stage::rejected, to.reject(connection_, http_status, why));
  }
  // Before the acceptance it is a reject(), whose answer to the peer is an HTTP status and no close code.
  wharf_result close(uint32_t code = 1000, std::string_view reason = {}) {
    const bool undecided = stage_ == Stage::connecting || stage_ == Stage::pending;
    if (undecided && reject(403, reason) == WHARF_OK) return WHARF_OK;
    return host().close(connection_, code, reason);
  }
  wharf_result send(std::string_view text) { return host().send(connection_, text); }
  wharf_result send_binary(Binary data) { return host().send_binary(connection_, data); }
  uint64_t buffered() const { return host().buffered(connection_); }

  wharf_result group_add(std::string_view group) { return host().group_add(connection_, group); }
  wharf_result group_discard(std::string_view group) { return host().group_discard(connection_, group); }
  wharf_result group_send(std::string_view group, std::string_view type, Fields fields = {}) {
    return host().group_send(group, type, fields);
  }
  wharf_result channel_send(std::string_view channel, std::string_view type, Fields fields = {}) {
    return host().channel_send(channel, type, fields);
  }
  std::string channel_name() const { return host().channel_name(connection_); }

  // During connect() only; later it throws.
  Scope scope() const {
    if (scope_ == nullptr)
      throw std::logic_error("scope() is for connect() only: copy there what is to be kept");
    return Scope(*scope_);
  }
  Log log() const { return {host(), connection_}; }
  wharf_connection connection() const { return connection_; }
  const Host& host() const {
    if (!host_)
      throw std::logic_error("a consumer can call its host from connect() on, not in its constructor");
    return *host_;
  }

  // A function that calls `work` while this object lives and has not failed, and does nothing afterwards; an
  // exception out of `work` ends the connection. For what comes back later: post, timers, watches, pool jobs.
  // The result may travel through other threads, and is called on the worker.
  template <class Work>
  auto guarded(Work work) {
    if (!alive_) alive_ = std::make_shared<Consumer*>(this);
    return [alive = std::weak_ptr<Consumer*>(alive_), work = std::move(work)](auto&&... arguments) mutable {
      if (const std::shared_ptr<Consumer*> consumer = alive.lock())
        (*consumer)->run("a guarded function",
                         [&] { work(std::forward<decltype(arguments)>(arguments)...); });
    };
  }
  // Runs `work` on this worker, after the running callback has returned, if this object still lives then.
  wharf_result post(std::function<void()> work) { return host().post(guarded(std::move(work))); }

 protected:
  void* route_state() const { return route_; }

 private:
  template <class>
  friend struct detail::Glue;

  enum class Stage { constructing, connecting, pending, accepted, rejected };

  wharf_result settle(Stage next, wharf_result result) {
    if (result == WHARF_OK) stage_ = next;
    return result;
  }

  // Calls into the author's code. After a failure nothing but disconnect() is called any more: the object may
  // be in any state.
  template <class Call>
  void run(const char* callback, Call&& call) noexcept {
    if (failed_) return;
    detail::contain(call, [&](const char* what) {
      failed_ = true;
      log().error(std::string(callback) + " threw: " + what);
      if (stage_ == Stage::pending && reject(500) == WHARF_OK) return;
      host_->close(connection_, 1011, "internal error");
    });
  }

  std::optional<Host> host_;
  wharf_connection connection_ = 0;
  const wharf_scope* scope_ = nullptr;
  void* route_ = nullptr;
  std::shared_ptr<Consumer*> alive_;  // made by the first guarded()
  Stage stage_ = Stage::constructing;
  bool failed_ = false;
};

// A consumer whose connections share a state: one RouteState per route and worker, made before the first
// connect() from the Host (mostly from its config()), destroyed after the last disconnect(). No locks needed.
// Its constructor refuses a config with `throw wharf::Refuse{"/greeting/language", "must be \"en\" or
// \"zh\""}`.
template <class RouteState>
class RouteConsumer : public Consumer {
 public:
  using Route = RouteState;
  Route& route() const { return *static_cast<Route*>(route_state()); }
};

}  // namespace wharf

#endif  // WHARF_CPP_CONSUMER_CLASS_HPP
