#include "server/connection.h"

#include <string.h>  // explicit_bzero

#include <algorithm>
#include <optional>
#include <utility>

namespace wharf::server {

namespace {

// Bounds what libwebsockets may have to keep of one write, and so how late a frame of its own can be.
constexpr size_t write_at_once = 64 << 10;

// Room for a message that comes in pieces, before it is there.
constexpr uint64_t reserved_at_once = 64 << 10;

constexpr std::string_view login_has_ended = "the login has ended: log in again";

// libwebsockets does not report a pong without a payload.
constexpr std::string_view ping_payload = "wharf";

// A message may hold a password, and its buffer serves others next.
void wipe(Buffer& message) {
  if (!message.empty()) explicit_bzero(message.data(), message.size());
}

uint64_t milliseconds(config::Duration duration) { return static_cast<uint64_t>(duration.count()); }

}  // namespace

Connection::Connection(Commons& commons, std::shared_ptr<RouteInstance> route)
    : commons_(commons), route_(std::move(route)) {}

Connection* Connection::create(Commons& commons, std::shared_ptr<RouteInstance> route) {
  std::unique_ptr<Connection, void (*)(Connection*)> connection(new Connection(commons, std::move(route)),
                                                                [](Connection* unborn) { delete unborn; });
  connection->handle_ = commons.slots.acquire(connection.get(), connection->route_->route.limits.outbox);
  if (connection->handle_ == 0) return nullptr;
  connection->slot_ = commons.slots.peek(connection->handle_);
  commons.connections.fetch_add(1, std::memory_order_relaxed);
  ++connection->route_->connections;
  return connection.release();
}

// --- The handshake.

wharf_decision Connection::connect(const wharf_scope& scope) {
  wharf_decision decision = route_->instance->connect(handle_, scope, &consumer_state_);
  if (decision == WHARF_ACCEPT) {
    accepted();
  } else if (decision == WHARF_PENDING) {
    state_ = State::Pending;
  }
  return decision;
}

void Connection::accepted() {
  state_ = State::Opening;
  const std::unique_ptr<Early> early = std::move(early_);
  if (early == nullptr) return;
  for (const std::string& group : early->groups) commons_.groups.add(*this, group);
  // Accepted and closed in one breath: the peer gets its 101, what was sent, and the Close frame.
  if (early->close) start_closing(early->close->code, early->close->reason);
}

Connection::Early& Connection::early() {
  if (early_ == nullptr) early_ = std::make_unique<Early>();
  return *early_;
}

void Connection::never_opened() {
  if (state_ == State::Deciding) {
    // Rejected in connect: the consumer has spoken last.
    state_ = State::Ended;
    destroy();
    return;
  }
  end({close_code::abnormal, {}});
}

void Connection::opened(WsSocket socket) {
  socket_ = socket;
  last_received_ = last_message_ = now();
  // close() may have come while the socket was on its way: then a Close frame waits in the outbox.
  if (state_ == State::Opening) state_ = State::Open;
  if (paused_) socket_.pause(true);
  if (state_ == State::Closing)
    commons_.deadlines.add(now() + milliseconds(route_->route.limits.close), handle_);
  if (!outbox_.empty()) schedule_flush();
  watch_next();
}

// --- What comes in.

bool Connection::received(const Chunk& chunk) {
  last_received_ = now();
  if (state_ != State::Open) return true;
  if (chunk.first) {
    binary_ = chunk.binary;
    in_fragments_ = false;
    utf8_.reset();
    message_.clear();
  }
  const uint64_t limit = route_->route.limits.message;
  const uint64_t known = message_.size() + chunk.bytes.size();
  if (known > limit || chunk.frame_rest > limit - known) {
    start_closing(close_code::too_big, "message too big");
    return true;
  }
  if (!binary_ && !(utf8_.feed(chunk.bytes) && (!chunk.final || utf8_.complete()))) {
    start_closing(close_code::not_utf8, "text is not UTF-8");
    return true;
  }
  if (!chunk.final) {
    if (chunk.frame_rest == 0) in_fragments_ = true;
    if (message_.capacity() == 0) message_ = commons_.buffers.take();
    // A buffer that grows leaves what it held behind. How much is to come is only what the peer says.
    if (chunk.first) message_.reserve(std::min(known + chunk.frame_rest, reserved_at_once));
    message_.append(chunk.bytes);
    return true;
  }
  // Only between the frames of one message can a ping hide whose pong libwebsockets still owes.
  if (in_fragments_) after_pongs_ = true;
  if (message_.empty()) {
    deliver(binary_, chunk.bytes);
  } else {
    message_.append(chunk.bytes);
    Buffer whole = std::exchange(message_, Buffer());
    deliver(binary_, whole.view());
    wipe(whole);
    commons_.buffers.give_back(std::move(whole));
  }
  return true;
}

void Connection::deliver(bool binary, std::string_view message) {
  last_message_ = now();
  route_->instance->receive(handle_, consumer_state_, binary ? WHARF_BINARY : WHARF_TEXT, message);
}

bool Connection::peer_closed(std::string_view payload) {
  PeerClose close = read_close_payload(payload);
  peer_close_ =
      std::make_unique<CloseStatus>(close.valid ? close.status : CloseStatus{close_code::abnormal, {}});
  if (state_ == State::Open) {
    start_closing(close.valid ? close.status.code : close_code::protocol_error,
                  close.valid ? close.status.reason : std::string());
  }
  // Answers to messages that came before the peer's Close frame go out, and then ours.
  write_out();
  return false;
}

void Connection::pong_received() { last_received_ = now(); }

// --- What goes out.

void Connection::append(Opcode opcode, std::string_view payload) {
  outbox_.append(commons_.buffers, opcode, payload);
  outbox_has_grown();
}

wharf_result Connection::send(wharf_kind kind, std::string_view message) {
  if (!takes_messages()) return WHARF_GONE;
  has_sent_ = true;
  append(opcode_of(kind), message);
  return WHARF_OK;
}

void Connection::outbox_full() {
  if (state_ == State::Closing || state_ == State::Ended) return;
  if (route_->instance->has_drain()) {
    wants_drain_ = true;
    schedule_flush();  // should it have emptied by now
    return;
  }
  if (!told_full_) {
    commons_.log.warn("route {}: a client does not read: its outbox of {} bytes is full; {}",
                      route_->route.pattern, route_->route.limits.outbox,
                      route_->route.limits.slow_consumer == config::SlowConsumer::Close
                          ? "closing it with 1013"
                          : "dropping messages to it");
    told_full_ = true;
  }
  if (route_->route.limits.slow_consumer == config::SlowConsumer::Close) {
    close_with(close_code::try_again_later, "too slow");
  }
}

void Connection::flush() {
  flush_scheduled_ = false;
  if (state_ == State::Ended) return;
  if (after_pongs_) {
    socket_.ask_writable();
    return;
  }
  if (!write_out()) {
    kill();
    return;
  }
  drain_if_wanted();
}

std::string_view Connection::sendable() const {
  if (after_pongs_ || outbox_.size() > write_at_once || socket_.blocked()) return {};
  return outbox_.front();
}

void Connection::sent(int result) {
  if (result > 0) outbox_.pop(commons_.buffers, static_cast<size_t>(result));
  flush();
}

bool Connection::writable() {
  after_pongs_ = false;
  if (!write_out()) return false;
  drain_if_wanted();
  return true;
}

// False when the socket is broken.
bool Connection::write_out() {
  if (std::exchange(has_sent_, false)) last_message_ = now();
  if (socket_.closing_by_itself()) return true;
  while (!outbox_.empty() && !socket_.blocked()) {
    std::string_view bytes = outbox_.front().substr(0, write_at_once);
    if (!socket_.write(bytes)) return false;
    outbox_.pop(commons_.buffers, bytes.size());
  }
  slot_->waiting.store(outbox_.size(), std::memory_order_relaxed);
  if (!outbox_.empty()) socket_.ask_writable();
  return true;
}

void Connection::drain_if_wanted() {
  if (state_ != State::Open || !wants_drain_) return;
  if (slot_->buffered() > slot_->budget.load(std::memory_order_relaxed) / 2) return;
  wants_drain_ = false;
  route_->instance->drain(handle_, consumer_state_);
}

wharf_result Connection::pause(bool paused) {
  if (state_ == State::Ended) return WHARF_GONE;
  paused_ = paused;
  if (!socket_.open()) return WHARF_OK;
  // A peer that is not read cannot prove that it lives; its time starts anew when it is.
  last_received_ = now();
  waiting_since_ = state_ == State::Open ? 0 : waiting_since_;
  socket_.pause(paused && state_ == State::Open);
  return WHARF_OK;
}

// --- Groups.

wharf_result Connection::group_add(std::string_view group) {
  if (state_ == State::Ended || state_ == State::Closing) return WHARF_GONE;
  if (state_ == State::Deciding || state_ == State::Pending) {
    early().groups.emplace_back(group);
  } else {
    commons_.groups.add(*this, group);
  }
  return WHARF_OK;
}

wharf_result Connection::group_discard(std::string_view group) {
  if (early_ != nullptr) std::erase(early_->groups, group);
  commons_.groups.discard(*this, group);
  return WHARF_OK;
}

// --- Another instance.

bool Connection::hand_over(const std::shared_ptr<RouteInstance>& next) {
  const auto open = [this] { return state_ == State::Open || state_ == State::Opening; };
  if (!open()) return false;
  const std::optional<std::string> exported = route_->instance->export_state(handle_, consumer_state_);
  if (!exported || !open()) return false;
  void* state = nullptr;
  if (!next->instance->import_state(handle_, *exported, &state)) return false;
  route_->instance->release(handle_, consumer_state_);
  consumer_state_ = state;
  --route_->connections;
  ++next->connections;
  route_ = next;
  slot_->budget.store(route_->route.limits.outbox, std::memory_order_relaxed);
  watch_next();
  return true;
}

// --- The end.

void Connection::set_refusal(uint32_t http_status, std::string_view why) {
  early().refusal = Refusal{http_status, std::string(why)};
}

wharf_result Connection::close(uint16_t code, std::string_view reason) {
  if (!takes_messages()) return WHARF_GONE;
  if (state_ == State::Deciding) {
    early().close = CloseStatus{code, std::string(reason)};
  } else {
    close_with(code, reason);
  }
  return WHARF_OK;
}

void Connection::close_with(uint16_t code, std::string_view reason) {
  if (state_ != State::Open && state_ != State::Opening) return;
  start_closing(code, reason);
}

void Connection::start_closing(uint16_t code, std::string_view reason) {
  state_ = State::Closing;
  waiting_since_ = now();
  wipe(message_);
  message_ = {};
  append(Opcode::Close, close_payload(code, reason));
  if (paused_ && socket_.open()) socket_.pause(false);
  commons_.deadlines.add(waiting_since_ + milliseconds(route_->route.limits.close), handle_);
}

void Connection::kill() {
  killed_ = true;
  if (socket_.open()) socket_.kill();
}

void Connection::socket_ending() {
  // libwebsockets drops some broken frames without a Close frame (RFC 6455 section 7.1.7 asks for one).
  if (state_ != State::Open || killed_ || socket_.blocked()) return;
  append(Opcode::Close, close_payload(close_code::protocol_error, {}));
  socket_.write(outbox_.front().substr(0, write_at_once));
  state_ = State::Closing;
}

void Connection::socket_closed() {
  if (place_ != SendBatch::no_place) commons_.sends.leave(place_, socket_.descriptor());
  socket_ = WsSocket();
  end(peer_close_ ? *peer_close_ : CloseStatus{close_code::abnormal, {}});
}

void Connection::end(const CloseStatus& status) {
  state_ = State::Ended;
  route_->instance->disconnect(handle_, consumer_state_, status.code, status.reason);
  commons_.groups.discard_all(*this);
  destroy();
}

void Connection::destroy() {
  wipe(message_);
  outbox_.clear(commons_.buffers);
  slot_->waiting.store(0, std::memory_order_relaxed);
  commons_.slots.release(handle_);
  if (slot_->named.exchange(false)) commons_.layer.forget(handle_);
  commons_.connections.fetch_sub(1, std::memory_order_relaxed);
  --route_->connections;
  delete this;
}

// --- Time.

void Connection::on_deadline() {
  const config::Limits& limits = route_->route.limits;
  if (state_ == State::Closing) {
    if (now() >= waiting_since_ + milliseconds(limits.close)) kill();
    return;
  }
  if (state_ != State::Open) return;
  if (login_ != nullptr && !login_holds()) return;
  if (limits.idle.count() > 0 && now() >= last_message_ + milliseconds(limits.idle)) {
    start_closing(close_code::normal, "idle");
    return;
  }
  if (limits.ping.count() > 0 && !paused_) {
    if (waiting_since_ > 0 && last_received_ >= waiting_since_) waiting_since_ = 0;
    if (waiting_since_ > 0) {
      if (now() >= waiting_since_ + milliseconds(limits.pong)) {
        kill();
        return;
      }
    } else if (now() >= last_received_ + milliseconds(limits.ping)) {
      waiting_since_ = now();
      append(Opcode::Ping, ping_payload);
    }
  }
  watch_next();
}

// False: the connection is closing.
bool Connection::login_holds() {
  if (login_->expired(now())) {
    start_closing(close_code::login_ended, login_has_ended);
    return false;
  }
  // The answer may come when this connection has long gone.
  login_->ask_when_due(now(), commons_.serving,
                       [&slots = commons_.slots, handle = handle_](const auth::Identity& answer) {
                         if (Connection* connection = slots.find(handle)) connection->login_answered(answer);
                       });
  return state_ == State::Open;
}

void Connection::login_answered(const auth::Identity& answer) {
  if (login_->holds(answer) || state_ != State::Open) return;
  commons_.log.info("route {}, user {}: the login has ended: closed with {}",
                    telemetry::printable(route_->route.pattern), telemetry::printable(login_->user_id()),
                    close_code::login_ended);
  start_closing(close_code::login_ended, login_has_ended);
}

// One deadline stands for the connection at a time: the earliest at which something may have to be done.
void Connection::watch_next() {
  if (state_ != State::Open) return;
  const config::Limits& limits = route_->route.limits;
  uint64_t next = UINT64_MAX;
  if (limits.ping.count() > 0) {
    const uint64_t ping = milliseconds(limits.ping);
    if (waiting_since_ > 0 && !paused_) {
      next = std::min(waiting_since_ + milliseconds(limits.pong), now() + ping);
    } else {
      next = (paused_ ? now() : last_received_) + ping;
    }
  }
  if (limits.idle.count() > 0) next = std::min(next, last_message_ + milliseconds(limits.idle));
  if (login_ != nullptr) next = std::min(next, login_->next());
  if (next != UINT64_MAX) commons_.deadlines.add(next, handle_);
}

}  // namespace wharf::server
