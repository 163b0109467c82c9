// SPDX-License-Identifier: MIT
//
// wharf/testing.hpp - a consumer under test, without a server: scripted visitors, recorded answers, a clock
// that moves when told. Works for consumers in C and in C++.
//
//   wharf::testing::Bench bench(wharf_consumer_entry);
//   wharf::testing::Visitor& ada = bench.visit({.username = "ada"});
//   ada.says("hi");
//   bench.settle();
//   assert(ada.heard[0].data == "hi");
//
// Everything happens on the calling thread, inside visit(), says(), leaves(), settle() and advance(); like
// the runtime, the bench runs no callback of the consumer from within a host call. Events reach members in
// settle(). It checks order, not bytes: names and UTF-8 are not validated, msgpack is not read or written.
#ifndef WHARF_TESTING_HPP
#define WHARF_TESTING_HPP

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "consumer.h"
#include "ext/io.h"
#include "ext/pool.h"

namespace wharf::testing {

// What the visitor's handshake says.
struct Visit {
  std::string path = "/";
  std::string query_string = {};
  std::string username = {};     // empty: anonymous
  std::string auth_method = {};  // empty: "header" for a visitor with a name, "anonymous" for another
  std::string subprotocol = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::vector<std::pair<std::string, std::string>> captures = {};
  std::string route = "^$";
  bool secure = false;
};

struct Frame {
  wharf_kind kind;
  std::string data;
};

struct Closing {
  uint32_t code;
  std::string reason;
};

class Bench;

// One visitor, from the handshake on. Owned by the bench, and kept there after the end.
class Visitor {
 public:
  enum class Stage { connecting, pending, open, closing, rejected, gone };

  void says(std::string_view text) { receive(WHARF_TEXT, text); }
  void says_binary(std::string_view data) { receive(WHARF_BINARY, data); }
  void has_room();  // the consumer's `drain`
  void leaves(uint32_t code = 1000, std::string_view reason = {});

  Stage stage = Stage::connecting;
  std::vector<Frame> heard;        // what the consumer sent
  std::optional<Closing> closing;  // what the consumer closed with
  uint32_t http_status = 0;        // of a refused handshake
  std::set<std::string> groups;
  bool paused = false;
  wharf_connection connection = 0;

 private:
  friend class Bench;
  void receive(wharf_kind kind, std::string_view message);
  Bench* bench_ = nullptr;
  void* state_ = nullptr;
};

class Bench {
 public:
  explicit Bench(const wharf_consumer& consumer, std::string config = "{}");
  ~Bench();  // every visitor leaves with 1001, then the instance is destroyed
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  Visitor& visit(const Visit& visit = {});
  // Runs what was posted, what the pool was given and what the layer carries, until nothing is left.
  void settle();
  // Moves the clock; timers that fall due run in order.
  void advance(std::chrono::milliseconds by);
  // Reports `mask` to the watches of this descriptor that ask for it.
  void ready(int descriptor, uint32_t mask);
  // An event of another process to a group: its texts by key.
  void publish(const std::string& group, const std::string& type, std::map<std::string, std::string> texts);

  struct Refusal {
    std::string pointer;
    std::string why;
  };
  struct Line {
    wharf_level level;
    wharf_connection connection;
    std::string text;
  };
  std::optional<Refusal> refusal;  // set: `create` refused, and there is no instance
  std::vector<Line> log;
  wharf_result send_result = WHARF_OK;  // set it to see how a consumer copes
  bool without_extensions = false;

 private:
  friend class Visitor;
  struct Table : wharf_host {
    Bench* bench;
  };
  struct Message {
    std::string target;  // a group, or a channel name
    bool to_channel;
    std::string type;
    std::map<std::string, std::string> values;
  };
  struct SentEvent : wharf_event {
    const Message* message;
  };
  struct Timer {
    uint64_t due, every;
    void (*fired)(void*, void*);
    void* context;
  };
  struct Watch {
    int descriptor;
    uint32_t mask;
    void (*ready)(void*, void*, int, uint32_t);
    void* context;
  };
  struct Posted {
    void (*run)(void*, void*);
    void* argument;
  };

  static Bench& of(const wharf_host* host) { return *static_cast<const Table*>(host)->bench; }
  static std::string text(wharf_bytes bytes) {
    return bytes.size == 0 ? std::string() : std::string(bytes.data, bytes.size);
  }
  static wharf_bytes bytes(std::string_view text) { return {text.data(), text.size()}; }
  Visitor* find(wharf_connection connection);
  void deliver(const Message& message);
  wharf_result queue(wharf_bytes target, bool to_channel, wharf_bytes type, const wharf_field* fields,
                     size_t count);
  void fill_table();
  static const wharf_io& io();
  static const wharf_pool& pool();

  const wharf_consumer& consumer_;
  std::string config_;
  Table table_{};
  void* instance_ = nullptr;
  std::deque<std::unique_ptr<Visitor>> visitors_;
  std::deque<Message> messages_;
  std::deque<Posted> posted_;
  std::deque<wharf_job> jobs_;
  std::map<wharf_io_token, Timer> timers_;
  std::map<wharf_io_token, Watch> watches_;
  wharf_io_token next_token_ = 1;
  uint64_t now_ = 0;
};

// ---- Visitor

inline void Visitor::receive(wharf_kind kind, std::string_view message) {
  if (stage == Stage::open && bench_->consumer_.receive != nullptr)
    bench_->consumer_.receive(bench_->instance_, connection, state_, kind, Bench::bytes(message));
}

inline void Visitor::has_room() {
  if (stage == Stage::open && bench_->consumer_.drain != nullptr)
    bench_->consumer_.drain(bench_->instance_, connection, state_);
}

inline void Visitor::leaves(uint32_t code, std::string_view reason) {
  if (stage == Stage::rejected || stage == Stage::gone) return;
  stage = Stage::gone;
  groups.clear();
  if (bench_->consumer_.disconnect != nullptr)
    bench_->consumer_.disconnect(bench_->instance_, connection, state_, code, Bench::bytes(reason));
}

// ---- Bench

inline Bench::Bench(const wharf_consumer& consumer, std::string config)
    : consumer_(consumer), config_(std::move(config)) {
  fill_table();
  instance_ = consumer_.create(&table_);
  if (instance_ == nullptr && !refusal) refusal = Refusal{"", "create returned NULL without host->fail"};
}

inline Bench::~Bench() {
  if (instance_ == nullptr) return;
  for (const std::unique_ptr<Visitor>& visitor : visitors_) visitor->leaves(1001);
  settle();
  if (consumer_.destroy != nullptr) consumer_.destroy(instance_);
}

inline Visitor& Bench::visit(const Visit& visit) {
  if (instance_ == nullptr) throw std::logic_error("nobody can visit: the consumer refused its config");
  std::vector<wharf_header> headers;
  for (const auto& [name, value] : visit.headers) headers.push_back({bytes(name), bytes(value)});
  std::vector<wharf_capture> captures;
  for (const auto& [name, value] : visit.captures) captures.push_back({bytes(name), bytes(value)});
  const std::string method =
      !visit.auth_method.empty() ? visit.auth_method : (visit.username.empty() ? "anonymous" : "header");
  wharf_scope scope{};
  scope.size = sizeof scope;
  scope.secure = visit.secure ? 1 : 0;
  scope.path = scope.raw_path = bytes(visit.path);
  scope.query_string = bytes(visit.query_string);
  scope.headers = headers.data();
  scope.header_count = headers.size();
  scope.subprotocol = bytes(visit.subprotocol);
  scope.client_address = bytes("127.0.0.1");
  scope.client_port = 40000;
  scope.user = {bytes(visit.username), bytes(visit.username), visit.username.empty() ? 0u : 1u, 0};
  scope.captures = captures.data();
  scope.capture_count = captures.size();
  scope.route = bytes(visit.route);
  scope.auth_method = bytes(method);
  scope.scheme = bytes(visit.secure ? "wss" : "ws");

  Visitor& visitor = *visitors_.emplace_back(std::make_unique<Visitor>());
  visitor.bench_ = this;
  visitor.connection = visitors_.size();
  const wharf_decision decision =
      consumer_.connect == nullptr
          ? WHARF_ACCEPT
          : consumer_.connect(instance_, visitor.connection, &scope, &visitor.state_);
  if (decision == WHARF_REJECT) {
    visitor.stage = Visitor::Stage::rejected;
    visitor.groups.clear();
    if (visitor.http_status == 0) visitor.http_status = 403;
  } else if (visitor.closing) {
    visitor.stage = Visitor::Stage::closing;
  } else {
    visitor.stage = decision == WHARF_ACCEPT ? Visitor::Stage::open : Visitor::Stage::pending;
  }
  return visitor;
}

inline void Bench::settle() {
  while (!posted_.empty() || !jobs_.empty() || !messages_.empty()) {
    if (!posted_.empty()) {
      const Posted next = posted_.front();
      posted_.pop_front();
      next.run(instance_, next.argument);
    } else if (!jobs_.empty()) {
      const wharf_job job = jobs_.front();
      jobs_.pop_front();
      job.run(job.context);
      job.done(instance_, job.context);
    } else {
      const Message next = std::move(messages_.front());
      messages_.pop_front();
      deliver(next);
    }
  }
}

inline void Bench::advance(std::chrono::milliseconds by) {
  const uint64_t end = now_ + static_cast<uint64_t>(by.count());
  for (;;) {
    const auto next = std::min_element(
        timers_.begin(), timers_.end(),
        [](const auto& one, const auto& other) { return one.second.due < other.second.due; });
    if (next == timers_.end() || next->second.due > end) break;
    const Timer timer = next->second;
    now_ = timer.due;
    if (timer.every == 0)
      timers_.erase(next);
    else
      next->second.due += timer.every;
    timer.fired(instance_, timer.context);
  }
  now_ = end;
}

inline void Bench::ready(int descriptor, uint32_t mask) {
  std::vector<wharf_io_token> tokens;
  for (const auto& [token, watch] : watches_)
    if (watch.descriptor == descriptor) tokens.push_back(token);
  for (const wharf_io_token token : tokens) {
    const auto found = watches_.find(token);  // an earlier callback may have cancelled it
    if (found == watches_.end() || (found->second.mask & mask) == 0) continue;
    const Watch watch = found->second;
    watch.ready(instance_, watch.context, descriptor, watch.mask & mask);
  }
}

inline void Bench::publish(const std::string& group, const std::string& type,
                           std::map<std::string, std::string> texts) {
  messages_.push_back({group, false, type, std::move(texts)});
}

inline Visitor* Bench::find(wharf_connection connection) {
  if (connection == 0 || connection > visitors_.size()) return nullptr;
  Visitor& visitor = *visitors_[connection - 1];
  const bool ended = visitor.stage == Visitor::Stage::gone || visitor.stage == Visitor::Stage::rejected;
  return ended ? nullptr : &visitor;
}

inline void Bench::deliver(const Message& message) {
  if (consumer_.event == nullptr) return;
  SentEvent event{};
  event.size = sizeof(wharf_event);
  event.type = bytes(message.type);
  event.message = &message;
  event.text = event.bytes = [](const wharf_event* self, const char* key) -> wharf_bytes {
    const Message& sent = *static_cast<const SentEvent*>(self)->message;
    const auto value = sent.values.find(key);
    return value == sent.values.end() ? wharf_bytes{nullptr, 0} : bytes(value->second);
  };
  event.has = [](const wharf_event* self, const char* key) -> uint32_t {
    return static_cast<const SentEvent*>(self)->message->values.count(key) != 0 ? 1 : 0;
  };
  for (size_t index = 0; index < visitors_.size(); ++index) {
    Visitor& visitor = *visitors_[index];
    const bool addressed = message.to_channel
                               ? message.target == "bench!" + std::to_string(visitor.connection)
                               : visitor.groups.count(message.target) != 0;
    if (addressed && visitor.stage == Visitor::Stage::open)
      consumer_.event(instance_, visitor.connection, visitor.state_, &event);
  }
}

inline wharf_result Bench::queue(wharf_bytes target, bool to_channel, wharf_bytes type,
                                 const wharf_field* fields, size_t count) {
  Message message{text(target), to_channel, text(type), {}};
  for (size_t index = 0; index < count; ++index)
    message.values[text(fields[index].key)] = text(fields[index].value);
  messages_.push_back(std::move(message));
  return WHARF_OK;
}

inline void Bench::fill_table() {
  table_.bench = this;
  table_.size = sizeof(wharf_host);
  table_.abi_major = WHARF_ABI_MAJOR;
  table_.abi_minor = WHARF_ABI_MINOR;
  table_.name = "bench";
  table_.version = "0";
  table_.config = bytes(config_);
  table_.accept = [](const wharf_host* host, wharf_connection connection) {
    Visitor* visitor = of(host).find(connection);
    if (visitor == nullptr) return WHARF_GONE;
    if (visitor->stage != Visitor::Stage::pending) return WHARF_INVALID;
    visitor->stage = Visitor::Stage::open;
    return WHARF_OK;
  };
  // A refusal of a pending handshake is a disconnect with 1006; the bench posts it, as no callback may run
  // here.
  table_.reject = [](const wharf_host* host, wharf_connection connection, uint32_t status, wharf_bytes) {
    Visitor* visitor = of(host).find(connection);
    if (visitor == nullptr) return WHARF_GONE;
    if (visitor->stage != Visitor::Stage::pending && visitor->stage != Visitor::Stage::connecting)
      return WHARF_INVALID;
    visitor->http_status = status;
    if (visitor->stage == Visitor::Stage::pending) {
      visitor->stage = Visitor::Stage::closing;
      of(host).posted_.push_back(
          {[](void*, void* rejected) { static_cast<Visitor*>(rejected)->leaves(1006); }, visitor});
    }
    return WHARF_OK;
  };
  table_.send = [](const wharf_host* host, wharf_connection connection, wharf_kind kind,
                   wharf_bytes message) {
    Visitor* visitor = of(host).find(connection);
    if (visitor == nullptr || visitor->closing) return WHARF_GONE;
    if (of(host).send_result == WHARF_OK) visitor->heard.push_back({kind, text(message)});
    return of(host).send_result;
  };
  table_.close = [](const wharf_host* host, wharf_connection connection, uint32_t code, wharf_bytes reason) {
    Visitor* visitor = of(host).find(connection);
    if (visitor == nullptr || visitor->closing) return WHARF_GONE;
    visitor->closing = Closing{code, text(reason)};
    if (visitor->stage != Visitor::Stage::connecting) visitor->stage = Visitor::Stage::closing;
    return WHARF_OK;
  };
  table_.buffered = [](const wharf_host*, wharf_connection) { return uint64_t{0}; };
  table_.group_add = [](const wharf_host* host, wharf_connection connection, wharf_bytes group) {
    Visitor* visitor = of(host).find(connection);
    if (visitor == nullptr) return WHARF_GONE;
    visitor->groups.insert(text(group));
    return WHARF_OK;
  };
  table_.group_discard = [](const wharf_host* host, wharf_connection connection, wharf_bytes group) {
    Visitor* visitor = of(host).find(connection);
    if (visitor == nullptr) return WHARF_GONE;
    visitor->groups.erase(text(group));
    return WHARF_OK;
  };
  table_.group_send = [](const wharf_host* host, wharf_bytes group, wharf_bytes type,
                         const wharf_field* fields,
                         size_t count) { return of(host).queue(group, false, type, fields, count); };
  table_.group_send_msgpack = [](const wharf_host*, wharf_bytes, wharf_bytes) { return WHARF_UNAVAILABLE; };
  table_.channel_send = [](const wharf_host* host, wharf_bytes channel, wharf_bytes type,
                           const wharf_field* fields,
                           size_t count) { return of(host).queue(channel, true, type, fields, count); };
  table_.channel_send_msgpack = table_.group_send_msgpack;
  table_.channel_name = [](const wharf_host* host, wharf_connection connection, char* buffer,
                           size_t capacity) {
    if (of(host).find(connection) == nullptr) return size_t{0};
    const std::string name = "bench!" + std::to_string(connection);
    if (capacity > name.size()) *std::copy(name.begin(), name.end(), buffer) = '\0';
    return name.size();
  };
  table_.post = [](const wharf_host* host, void (*run)(void*, void*), void* argument) {
    of(host).posted_.push_back({run, argument});
    return WHARF_OK;
  };
  table_.log = [](const wharf_host* host, wharf_level level, wharf_connection connection, wharf_bytes line) {
    of(host).log.push_back({level, connection, text(line)});
  };
  table_.fail = [](const wharf_host* host, const char* pointer, wharf_bytes why) {
    of(host).refusal = Refusal{pointer, text(why)};
  };
  table_.extension = [](const wharf_host* host, const char* id) -> const void* {
    if (of(host).without_extensions) return nullptr;
    if (std::string_view(id) == WHARF_IO) return &io();
    if (std::string_view(id) == WHARF_POOL) return &pool();
    return nullptr;
  };
}

inline const wharf_io& Bench::io() {
  static const wharf_io table = {
      sizeof(wharf_io),
      0,
      [](const wharf_host* host, int descriptor, uint32_t mask, void (*ready)(void*, void*, int, uint32_t),
         void* context) {
        of(host).watches_[of(host).next_token_] = {descriptor, mask, ready, context};
        return of(host).next_token_++;
      },
      [](const wharf_host* host, wharf_io_token token, uint32_t mask) {
        const auto watch = of(host).watches_.find(token);
        if (watch == of(host).watches_.end()) return WHARF_GONE;
        watch->second.mask = mask;
        return WHARF_OK;
      },
      [](const wharf_host* host, uint64_t first, uint64_t every, void (*fired)(void*, void*), void* context) {
        of(host).timers_[of(host).next_token_] = {of(host).now_ + first, every, fired, context};
        return of(host).next_token_++;
      },
      [](const wharf_host* host, wharf_io_token token) {
        const size_t cancelled = of(host).timers_.erase(token) + of(host).watches_.erase(token);
        return cancelled == 0 ? WHARF_GONE : WHARF_OK;
      },
      [](const wharf_host* host, wharf_connection connection, uint32_t paused) {
        Visitor* visitor = of(host).find(connection);
        if (visitor == nullptr) return WHARF_GONE;
        visitor->paused = paused != 0;
        return WHARF_OK;
      }};
  return table;
}

inline const wharf_pool& Bench::pool() {
  static const wharf_pool table = {sizeof(wharf_pool), 0, [](const wharf_host* host, const wharf_job* job) {
                                     of(host).jobs_.push_back(*job);
                                     return WHARF_OK;
                                   }};
  return table;
}

}  // namespace wharf::testing

#endif  // WHARF_TESTING_HPP
