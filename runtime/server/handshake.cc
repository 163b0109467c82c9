#include "server/handshake.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "server/forwarded.h"
#include "server/gate.h"
#include "server/http_answer.h"
#include "server/origin_check.h"
#include "server/upgrade.h"
#include "server/user_check.h"

namespace wharf::server {

namespace {

constexpr uint64_t linger_milliseconds = 2000;
// Longer than any path of a file here; libwebsockets keeps request heads in small tables.
constexpr size_t longest_page_path = 1024;

HttpRefusal status(unsigned code, std::string why) { return {code, std::move(why), {}}; }

}  // namespace

Handshake::Handshake(Gate& gate, uint64_t number, int fd, Peer peer)
    : gate_(gate), number_(number), fd_(fd), peer_(std::move(peer)) {
  uv_poll_init_socket(gate_.loop_, &poll_, fd_);
  poll_.data = this;
}

void Handshake::start() { watch(UV_READABLE); }

void Handshake::watch(int events) {
  uv_poll_start(&poll_, events,
                [](uv_poll_t* poll, int, int) { static_cast<Handshake*>(poll->data)->on_readable(); });
}

void Handshake::on_readable() {
  if (state_ == State::Refusing) {
    discard();
    return;
  }
  const size_t limit = gate_.serving_->limits.head;
  std::array<char, 4096> buffer;
  ssize_t count = recv(fd_, buffer.data(), buffer.size(), 0);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count <= 0) {
    lose_connection();
    leave_handle();
    return;
  }
  size_t before = bytes_.size();
  bytes_.append(buffer.data(), static_cast<size_t>(count));
  if (state_ == State::Reading) {
    // A request begins with a method: what does not is not worth waiting for.
    if (before == 0 && (bytes_[0] < 'A' || bytes_[0] > 'Z')) {
      refuse(status(400, "The request is not HTTP/1.1."));
    } else if (size_t end = find_head_end(bytes_, before); end > 0 && end <= limit) {
      head_complete(end);
    } else if (bytes_.size() > limit) {
      refuse(status(431, fmt::format("The request's head is longer than {} bytes.", limit)));
    }
  } else if (bytes_.size() > limit) {
    // Nobody may fill our memory while a consumer thinks; the rest waits in the kernel.
    uv_poll_stop(&poll_);
  }
}

void Handshake::discard() {
  std::array<char, 16384> buffer;
  ssize_t count = recv(fd_, buffer.data(), buffer.size(), 0);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count <= 0) leave_handle();
}

// --- From the head to the consumer.

void Handshake::head_complete(size_t size) {
  tl::expected<HttpHead, HttpRefusal> head = read_http_head(std::string_view(bytes_).substr(0, size));
  bytes_.erase(0, size);
  if (!head) return refuse(head.error());
  std::string path = decode_path(head->raw_path);
  Client client = find_client(gate_.serving_->trusted_proxies, peer_, *head);
  scope_ = std::make_unique<Scope>(std::move(*head), std::move(path), std::move(client));
  find_route();
}

void Handshake::find_route() {
  const HttpHead& head = scope_->head();
  serving_ = gate_.serving_;
  bool get = head.method == "GET";
  if (!get && head.method != "HEAD") {
    return refuse({405, "Only GET and HEAD are answered here.", "Allow: GET, HEAD\r\n"});
  }
  bool upgrade = asks_for_upgrade(head);
  std::optional<routing::Match> match = serving_->table->match(scope_->path());
  if (!upgrade) {
    if (match) {
      return refuse(
          {426, "This address speaks WebSocket.", "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"});
    }
    if (serving_->pages == nullptr) return refuse(status(404, "There is nothing at this address."));
    if (head.raw_path.size() > longest_page_path) return refuse(status(414, "The path is too long."));
    // libwebsockets decodes the path for itself and would take a zero byte for its end.
    if (has_control_byte(scope_->path())) return refuse(status(404, "There is nothing at this address."));
    // What a page names beside itself it finds below the slash. libwebsockets would send there, too, but by
    // the name of its vhost, since that is the Host it gets to see.
    if (serving_->pages->is_mount(head.raw_path)) {
      std::string place = head.raw_path + (head.query.empty() ? "/" : "/?" + head.query);
      return refuse({301, "The page is at " + place, "Location: " + place + "\r\n"});
    }
    page_ = true;
    return leave();
  }
  if (!get) return refuse({405, "A WebSocket handshake is a GET.", "Allow: GET\r\n"});
  tl::expected<std::string, HttpRefusal> key = check_upgrade(head);
  if (!key) return refuse(key.error());
  if (!match) return refuse(status(404, "No route takes this path."));
  if (serving_->limits.connections > 0 && gate_.commons_.connections.load() >= serving_->limits.connections) {
    return refuse({503, "The server is full.", "Retry-After: 5\r\n"});
  }
  key_ = std::move(*key);
  route_ = serving_->routes[match->route];
  if (!check_origin(false)) return;
  subprotocol_ = choose_subprotocol(route_->instance->generation().subprotocols(), head);
  scope_->set_match(std::move(*match), route_->route.pattern, subprotocol_);

  state_ = State::Identifying;
  auth::Handshake asked{scope_->client().name(),
                        [this](std::string_view name) { return scope_->head().first(name); },
                        head.query,
                        head.raw_path,
                        scope_->client().secure.value_or(false),
                        peer_.source == Peer::Source::Nameless ? "" : peer_.name()};
  // The answer may come when this handshake has long gone.
  serving_->authenticator->identify(asked, [gate = &gate_, number = number_](auth::Identity identity) {
    auto found = gate->handshakes_.find(number);
    if (found == gate->handshakes_.end()) return;
    if (found->second->state_ == State::Identifying) found->second->identified(std::move(identity));
  });
}

// False: it was refused.
bool Handshake::check_origin(bool named_by_cookie) {
  std::optional<HttpRefusal> refusal =
      judge_origin(route_->route.origins, scope_->head(), named_by_cookie, scope_->client().secure);
  if (!refusal) return true;
  const bool sent = scope_->head().count("origin") > 0;
  refuse_visitor(*refusal, sent ? fmt::format("origin {}", scope_->head().first("origin")) : "no origin");
  return false;
}

// The log tells the operator what a visitor need not know.
void Handshake::refuse_visitor(const HttpRefusal& refusal, std::string_view who) {
  gate_.commons_.log.info("{}, {}: {} for route {}: {}", scope_->client().name(), telemetry::printable(who),
                          refusal.status, telemetry::printable(route_->route.pattern), refusal.why);
  refuse(refusal);
}

void Handshake::identified(auth::Identity identity) {
  if (identity.unavailable) {
    return refuse({503, "It could not be found out who this is.", "Retry-After: 5\r\n"});
  }
  if (identity.by_cookie && !check_origin(true)) return;
  if (std::optional<HttpRefusal> refusal = judge_user(route_->route.require, identity)) {
    return refuse_visitor(*refusal, identity.is_authenticated ? identity.username : "nobody we know");
  }
  std::unique_ptr<Login> login = Login::begin(identity, gate_.deadlines_.now());
  scope_->set_identity(std::move(identity));
  Connection* connection = Connection::create(gate_.commons_, route_);
  if (connection == nullptr) return refuse({503, "The server is full.", "Retry-After: 5\r\n"});
  connection_ = connection->handle();
  connection->set_login(std::move(login));
  if (!scope_->client().is_at_socket(peer_)) connection->set_client(scope_->client().text());
  gate_.pending_[connection_] = this;
  switch (connection->connect(scope_->view())) {
    case WHARF_ACCEPT:
      leave();
      break;
    case WHARF_PENDING:
      state_ = State::Pending;
      break;
    default:
      reject();
      break;
  }
  scope_.reset();
}

void Handshake::accept() {
  if (state_ != State::Pending) return;
  gate_.commons_.slots.find(connection_)->accepted();
  leave();
}

void Handshake::reject() {
  Connection* connection = gate_.commons_.slots.find(connection_);
  HttpRefusal refusal = status(connection->refusal_status(), connection->refusal_text());
  lose_connection();
  refuse(refusal);
}

void Handshake::on_deadline() {
  switch (state_) {
    case State::Reading:
      if (bytes_.empty()) return leave_handle();
      return refuse(status(408, "The request's head did not come in time."));
    case State::Identifying:
      return refuse(status(503, "It could not be found out in time who this is."));
    case State::Pending:
      lose_connection();
      return refuse(status(503, "The consumer did not decide in time."));
    case State::Refusing:
      return leave_handle();
    case State::Leaving:
    case State::Gone:
      return;
  }
}

void Handshake::abandon() {
  if (state_ == State::Leaving || state_ == State::Refusing || state_ == State::Gone) return;
  lose_connection();
  refuse({503, "The server is shutting down.", "Retry-After: 1\r\n"});
}

// The consumer hears that its connection will not be.
void Handshake::lose_connection() {
  if (connection_ == 0) return;
  gate_.pending_.erase(connection_);
  Connection* connection = gate_.commons_.slots.find(std::exchange(connection_, 0));
  if (connection != nullptr) connection->never_opened();
}

// --- Out of the door, one way or the other.

void Handshake::refuse(const HttpRefusal& refusal) {
  state_ = State::Refusing;
  std::string answer = compose_answer(refusal, scope_ == nullptr || scope_->head().method != "HEAD");
  scope_.reset();
  // A new socket's buffer is empty and takes this whole; if it does not, nobody is listening.
  ssize_t sent = send(fd_, answer.data(), answer.size(), MSG_NOSIGNAL);
  if (sent != static_cast<ssize_t>(answer.size())) return leave_handle();
  shutdown(fd_, SHUT_WR);
  bytes_ = {};
  watch(UV_READABLE);
  gate_.deadlines_.add(gate_.deadlines_.now() + linger_milliseconds, number_);
}

// libwebsockets may have the descriptor once no handle of ours watches it.
void Handshake::leave() {
  state_ = State::Leaving;
  uv_close(reinterpret_cast<uv_handle_t*>(&poll_), [](uv_handle_t* handle) {
    Handshake* self = static_cast<Handshake*>(handle->data);
    self->hand_over();
    self->gate_.remove(self->number_);
  });
}

void Handshake::hand_over() {
  int fd = std::exchange(fd_, -1);
  if (page_) {
    serving_->pages->adopt(fd, compose_page_request(scope_->head(), serving_->pages->name()));
    return;
  }
  gate_.pending_.erase(connection_);
  Connection* connection = gate_.commons_.slots.find(connection_);
  if (!gate_.lws_.adopt_websocket(fd, *connection, key_, subprotocol_, bytes_)) connection->never_opened();
}

void Handshake::leave_handle() {
  if (state_ == State::Gone || state_ == State::Leaving) return;
  state_ = State::Gone;
  uv_close(reinterpret_cast<uv_handle_t*>(&poll_), [](uv_handle_t* handle) {
    Handshake* self = static_cast<Handshake*>(handle->data);
    close(self->fd_);
    self->gate_.remove(self->number_);
  });
}

}  // namespace wharf::server
