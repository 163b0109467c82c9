// What consumers ask of a worker. A connection of this worker is served at once when the call comes from its
// thread; everything else travels through the inbox of the worker that owns the connection.

#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>

#include <utility>

#include "server/utf8.h"
#include "server/worker.h"

namespace wharf::server {

Worker* Worker::owner_of(wharf_connection connection) const {
  unsigned owner = Slots::worker_of(connection);
  return owner < shared_.workers.size() ? shared_.workers[owner].get() : nullptr;
}

Slot* Worker::peek(wharf_connection connection) const {
  Worker* owner = owner_of(connection);
  return owner == nullptr ? nullptr : owner->slots_.peek(connection);
}

bool Worker::on_worker_thread() const {
  return thread_id_.load(std::memory_order_relaxed) == std::this_thread::get_id();
}

bool Worker::post(std::function<void()> task) { return inbox_->post(std::move(task)); }

// Calls action(worker, connection) on the connection's worker; its result is known only if that is this
// thread.
template <class Action>
wharf_result Worker::with_connection(wharf_connection number, Action action) {
  if (peek(number) == nullptr) return WHARF_GONE;
  Worker* owner = owner_of(number);
  auto act = [owner, number, action]() -> wharf_result {
    Connection* connection = owner->slots_.find(number);
    return connection == nullptr ? WHARF_GONE : action(*owner, *connection);
  };
  if (owner->on_worker_thread()) return act();
  return owner->post([act] { act(); }) ? WHARF_OK : WHARF_GONE;
}

wharf_result Worker::accept(wharf_connection number) {
  return with_connection(number, [](Worker& worker, Connection& connection) {
    Handshake* handshake = worker.gate_->waiting_for(connection.handle());
    if (handshake == nullptr || !connection.pending()) return WHARF_INVALID;
    handshake->accept();
    return WHARF_OK;
  });
}

wharf_result Worker::reject(wharf_connection number, uint32_t http_status, std::string_view why) {
  return with_connection(number,
                         [http_status, text = std::string(why)](Worker& worker, Connection& connection) {
                           Handshake* handshake = worker.gate_->waiting_for(connection.handle());
                           if (handshake == nullptr) return WHARF_INVALID;
                           connection.set_refusal(http_status, text);
                           // The consumer hears of the end in a callback of its own, not inside this call.
                           if (connection.pending()) {
                             worker.post([&worker, rejected = connection.handle()] {
                               Handshake* waiting = worker.gate_->waiting_for(rejected);
                               if (waiting != nullptr) waiting->reject();
                             });
                           }
                           return WHARF_OK;
                         });
}

wharf_result Worker::send(wharf_connection number, wharf_kind kind, std::string_view message) {
  if (Slots::worker_of(number) != index_ || !on_worker_thread()) {
    Worker* owner = owner_of(number);
    return owner == nullptr ? WHARF_GONE : owner->send_from_elsewhere(number, kind, message);
  }
  Slot* slot = slots_.peek(number);
  if (slot == nullptr) return WHARF_GONE;
  if (message.size() > RecentFrames::longest) return send_long(*slot, number, kind, message);
  const std::string_view frame = recent_frames_.of(kind, message);
  if (frame.empty()) return refuse_text(number);
  if (frame.size() > slot->room()) return no_room(number, frame.size());
  return slot->connection->send(frame);
}

wharf_result Worker::send_long(Slot& slot, wharf_connection number, wharf_kind kind,
                               std::string_view message) {
  if (kind == WHARF_TEXT && !is_utf8(message)) return refuse_text(number);
  const uint64_t size = framed_size(message.size());
  if (size > slot.room()) return no_room(number, size);
  return slot.connection->send(kind, message);
}

wharf_result Worker::send_from_elsewhere(wharf_connection number, wharf_kind kind, std::string_view message) {
  Slot* slot = slots_.peek(number);
  if (slot == nullptr) return WHARF_GONE;
  if (kind == WHARF_TEXT && !is_utf8(message)) return refuse_text(number);
  const uint64_t size = framed_size(message.size());
  const auto take_back = [slot, size] { slot->promised.fetch_sub(size, std::memory_order_relaxed); };
  const uint64_t promised = slot->promised.fetch_add(size, std::memory_order_relaxed) + size;
  if (promised + slot->waiting.load(std::memory_order_relaxed) >
      slot->budget.load(std::memory_order_relaxed)) {
    take_back();
    return no_room(number, size);
  }
  const bool posted = post([this, take_back, number, kind, text = std::string(message)] {
    take_back();
    if (Connection* connection = slots_.find(number)) connection->send(kind, text);
  });
  if (posted) return WHARF_OK;
  take_back();
  return WHARF_GONE;
}

wharf_result Worker::refuse_text(wharf_connection number) {
  shared_.log->error("{}: a consumer's text message is not UTF-8: send it as binary", describe(number));
  return WHARF_INVALID;
}

wharf_result Worker::no_room(wharf_connection number, uint64_t size) {
  Slot* slot = slots_.peek(number);
  if (slot == nullptr) return WHARF_GONE;
  const uint64_t budget = slot->budget.load(std::memory_order_relaxed);
  if (size > budget) {
    shared_.log->error(
        "{}: a message that takes {} bytes can never be sent: raise limits.outbox, now {} bytes",
        describe(number), size, budget);
    return WHARF_INVALID;
  }
  with_connection(number, [](Worker&, Connection& connection) {
    connection.outbox_full();
    return WHARF_OK;
  });
  return WHARF_FULL;
}

wharf_result Worker::close(wharf_connection number, uint32_t code, std::string_view reason) {
  return with_connection(number, [code, text = std::string(reason)](Worker& worker, Connection& connection) {
    if (connection.pending()) return worker.reject(connection.handle(), 403, "Refused.");
    return connection.close(static_cast<uint16_t>(code), text);
  });
}

uint64_t Worker::buffered(wharf_connection number) {
  Slot* slot = peek(number);
  return slot == nullptr ? 0 : slot->buffered();
}

wharf_result Worker::group_add(wharf_connection number, std::string_view group) {
  return with_connection(number, [name = std::string(group)](Worker&, Connection& connection) {
    return connection.group_add(name);
  });
}

wharf_result Worker::group_discard(wharf_connection number, std::string_view group) {
  return with_connection(number, [name = std::string(group)](Worker&, Connection& connection) {
    return connection.group_discard(name);
  });
}

wharf_result Worker::send_event(const Result<layer::EventPtr>& event, bool to_group,
                                std::string_view target) {
  if (!event) {
    shared_.log->error("worker {}: a consumer's event is refused: {}", index_, event.error().text);
    return WHARF_INVALID;
  }
  wharf_result result =
      to_group ? shared_.layer.group_send(target, *event) : shared_.layer.channel_send(target, *event);
  if (result == WHARF_FULL) {
    shared_.log->warn("an event for {} `{}` is dropped: a worker has channel_layer.pending of events waiting",
                      to_group ? "group" : "channel", telemetry::printable(target));
  }
  return result;
}

wharf_result Worker::group_send(std::string_view group, std::string_view type,
                                std::span<const wharf_field> fields) {
  return send_event(layer::Event::from_fields(type, fields), true, group);
}

wharf_result Worker::group_send_msgpack(std::string_view group, std::string_view msgpack) {
  return send_event(layer::Event::from_msgpack(msgpack), true, group);
}

wharf_result Worker::channel_send(std::string_view channel, std::string_view type,
                                  std::span<const wharf_field> fields) {
  return send_event(layer::Event::from_fields(type, fields), false, channel);
}

wharf_result Worker::channel_send_msgpack(std::string_view channel, std::string_view msgpack) {
  return send_event(layer::Event::from_msgpack(msgpack), false, channel);
}

std::string Worker::channel_name(wharf_connection number) {
  Slot* slot = peek(number);
  if (slot == nullptr) return {};
  slot->named = true;
  std::string name = shared_.layer.channel_name(number);
  // It may have ended in between, before the slot said that its name is known.
  if (peek(number) == nullptr) shared_.layer.forget(number);
  return name;
}

wharf_result Worker::pause(wharf_connection number, bool paused) {
  Worker* owner = owner_of(number);
  if (owner == nullptr || !owner->on_worker_thread()) return WHARF_DENIED;
  Connection* connection = owner->slots_.find(number);
  return connection == nullptr ? WHARF_GONE : connection->pause(paused);
}

std::string Worker::describe(wharf_connection number) const {
  std::string worker = fmt::format("worker {}", index_);
  if (number == 0) return worker;
  std::string who = fmt::format("{}, connection {:x}", worker, number);
  if (!on_worker_thread()) return who;  // the socket belongs to its worker
  Connection* connection = slots_.find(number);
  if (connection == nullptr) return who;
  if (connection->client() != nullptr) return fmt::format("{}, {}", who, *connection->client());
  if (const Handshake* handshake = gate_->waiting_for(number)) {
    return fmt::format("{}, {}:{}", who, handshake->peer().address, handshake->peer().port);
  }
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  sockaddr* generic = reinterpret_cast<sockaddr*>(&address);
  char host[NI_MAXHOST];
  char port[NI_MAXSERV];
  if (getpeername(connection->socket().descriptor(), generic, &size) != 0 || address.ss_family == AF_UNIX ||
      getnameinfo(generic, size, host, sizeof host, port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV) !=
          0) {
    return who;
  }
  return fmt::format("{}, {}:{}", who, host, port);
}

}  // namespace wharf::server
