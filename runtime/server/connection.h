// One WebSocket connection, from the moment its consumer is asked to the moment its consumer is told it is
// over.
//
// The states, in their only possible order (some are skipped):
//
//   Deciding   The consumer's `connect` is running. What it sends or joins meanwhile is kept. The gate holds
//              the socket.
//   Pending    `connect` answered WHARF_PENDING. The gate still holds the socket, watches for the peer's
//              leaving, and lets the handshake deadline run.
//   Opening    Accepted: group memberships begin here. The socket is on its way into libwebsockets; nothing
//              can be written yet, sends go to the outbox.
//   Open       libwebsockets has answered 101. Messages come and go.
//   Closing    A Close frame of ours is in the outbox, behind everything that was sent before: by the
//              consumer's close(), a limit, a broken message, the end of the login (login.h), or the shutdown
//              of the server. Nothing is sent after it; what still comes in is thrown away, up to the peer's
//              Close frame or the deadline limits.close. Reading on matters: to close a socket with unread
//              bytes in it makes the kernel send a reset, which can overtake our Close frame.
//   Ended      `disconnect` is running, the last thing the consumer hears of this connection.
//
// How it ends:
//
//   rejected in connect          Deciding -> gone, without a disconnect
//   rejected while pending,      -> Ended with 1006
//     peer left, deadline, or the socket could not be adopted
//   the peer sends Close         Open -> its Close frame is answered with the same status, behind what the
//                                outbox holds -> Ended with the peer's status
//   the peer answers our Close   Closing -> Ended with the peer's status
//   the peer breaks the protocol libwebsockets closes with 1002, or this class does just before the socket
//                                goes -> Ended with 1006
//   the peer vanishes            end of stream, reset, ping unanswered, outbox stuck -> Ended with 1006
//
// Whatever happened, a connection whose `connect` did not reject reaches Ended exactly once, there leaves its
// groups, gives back its number, and is destroyed.
#pragma once

#include <wharf/consumer.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/close_code.h"
#include "server/commons.h"
#include "server/login.h"
#include "server/utf8.h"
#include "server/ws_socket.h"

namespace wharf::server {

// [worker] Created by the gate; destroys itself when it ends.
class Connection {
 public:
  // Null when the worker has no number left.
  static Connection* create(Commons& commons, std::shared_ptr<RouteInstance> route);

  wharf_connection handle() const { return handle_; }
  bool pending() const { return state_ == State::Pending; }
  // The socket in libwebsockets; not open() before the handshake is through.
  const WsSocket& socket() const { return socket_; }

  // --- What the gate does.
  // Asks the consumer. After WHARF_REJECT the connection is gone.
  wharf_decision connect(const wharf_scope& scope);
  // What may end before the connection does; null for nothing. Before it opens.
  void set_login(std::unique_ptr<Login> login) { login_ = std::move(login); }
  // Whom it is for, "192.0.2.1:5678", when that is not the peer of its socket. Before it opens.
  void set_client(std::string client) { client_ = std::make_unique<const std::string>(std::move(client)); }
  // Null: the peer of its socket.
  const std::string* client() const { return client_.get(); }
  // A pending connection was accepted.
  void accepted();
  // The socket is gone before libwebsockets had it.
  void never_opened();

  // --- What libwebsockets tells (lws_context.cc). False: end the socket now; socket_closed() follows.
  void opened(WsSocket socket);
  struct Chunk {
    std::string_view bytes;
    bool binary = false;
    bool first = false;       // of the message
    bool final = false;       // the message ends with this chunk
    uint64_t frame_rest = 0;  // bytes of this frame that are still to come
  };
  bool received(const Chunk& chunk);
  bool peer_closed(std::string_view payload);
  bool writable();
  void pong_received();
  // libwebsockets is about to end the socket, which can still be written to.
  void socket_ending();
  void socket_closed();

  // --- What the worker does.
  // Writes what the outbox holds, as far as the socket takes it.
  void flush();
  // The same for many connections: what the outbox holds, if it can go out in one piece and nothing else is
  // to be done; then what became of it, the number of bytes that were sent or a negative errno.
  std::string_view sendable() const;
  void sent(int result);
  // Among the sockets that the batch knows.
  SendBatch::Place place() {
    if (place_ == SendBatch::no_place) place_ = commons_.sends.enter(socket_.descriptor());
    return place_;
  }
  void on_deadline();
  void on_event(const layer::Event& event) {
    if (state_ != State::Open && state_ != State::Opening) return;
    route_->instance->event(handle_, consumer_state_, event);
  }
  // The server shuts down, or a limit is reached.
  void close_with(uint16_t code, std::string_view reason);
  void kill();

  // --- What the consumer asks for, through the worker. None runs a callback.
  // A message's frame, for which there is room.
  wharf_result send(std::string_view frame) {
    if (!takes_messages()) return WHARF_GONE;
    has_sent_ = true;
    outbox_.append(commons_.buffers, frame);
    outbox_has_grown();
    return WHARF_OK;
  }
  // The same for a message that is not framed; text is UTF-8.
  wharf_result send(wharf_kind kind, std::string_view message);
  void outbox_full();  // a send() was refused for want of room
  wharf_result close(uint16_t code, std::string_view reason);
  wharf_result group_add(std::string_view group);
  wharf_result group_discard(std::string_view group);
  wharf_result pause(bool paused);
  // During connect, or while pending: what the refusal looks like.
  void set_refusal(uint32_t http_status, std::string_view why);
  uint32_t refusal_status() const { return early_ && early_->refusal ? early_->refusal->status : 403; }
  std::string refusal_text() const { return early_ && early_->refusal ? early_->refusal->why : "Refused."; }

  // Gives the consumer's part of an open connection to another instance. False: it stays as it is, since one
  // of the two does not want to, or the connection is not open.
  bool hand_over(const std::shared_ptr<RouteInstance>& next);

  std::vector<Membership>& memberships() { return memberships_; }
  RouteInstance& route() { return *route_; }

 private:
  enum class State : uint8_t { Deciding, Pending, Opening, Open, Closing, Ended };

  Connection(Commons& commons, std::shared_ptr<RouteInstance> route);
  ~Connection() = default;

  uint64_t now() const { return commons_.deadlines.now(); }
  bool takes_messages() const {
    return state_ == State::Open || (state_ < State::Closing && !(early_ && early_->close));
  }
  void append(Opcode opcode, std::string_view payload);
  void outbox_has_grown() {
    slot_->waiting.store(outbox_.size(), std::memory_order_relaxed);
    schedule_flush();
  }
  bool write_out();
  void schedule_flush() {
    if (flush_scheduled_ || !socket_.open()) return;
    flush_scheduled_ = true;
    commons_.to_flush.push_back(handle_);
  }
  void start_closing(uint16_t code, std::string_view reason);
  void deliver(bool binary, std::string_view message);
  bool login_holds();
  void login_answered(const auth::Identity& answer);
  void watch_next();
  void drain_if_wanted();
  void end(const CloseStatus& status);
  void destroy();

  struct Refusal {
    uint32_t status;
    std::string why;
  };
  // What the consumer has asked for before it was known whether the connection comes to be.
  struct Early {
    std::vector<std::string> groups;
    std::optional<CloseStatus> close;
    std::optional<Refusal> refusal;
  };
  Early& early();

  Commons& commons_;
  std::shared_ptr<RouteInstance> route_;
  wharf_connection handle_ = 0;
  Slot* slot_ = nullptr;
  void* consumer_state_ = nullptr;
  WsSocket socket_;
  Outbox outbox_;
  Buffer message_;  // what has come of a message that is not complete
  std::vector<Membership> memberships_;
  std::unique_ptr<Early> early_;  // null: nothing
  std::unique_ptr<const std::string> client_;
  std::unique_ptr<CloseStatus> peer_close_;
  uint64_t last_received_ = 0;  // anything, pongs included
  uint64_t last_message_ = 0;   // either way; see has_sent_
  uint64_t waiting_since_ = 0;  // Open: the unanswered ping, 0 for none; Closing: our Close frame
  std::unique_ptr<Login> login_;
  SendBatch::Place place_ = SendBatch::no_place;
  State state_ = State::Deciding;
  Utf8Validator utf8_;
  bool binary_ = false;
  bool in_fragments_ = false;  // the message comes in several frames
  bool after_pongs_ = false;   // the outbox waits for libwebsockets to send its pongs first
  bool flush_scheduled_ = false;
  bool has_sent_ = false;  // in this turn: last_message_ is set when the outbox is flushed
  bool killed_ = false;
  bool paused_ = false;
  bool wants_drain_ = false;
  bool told_full_ = false;
};

}  // namespace wharf::server
