#include "server/tls_relay.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <string.h>  // explicit_bzero
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "server/http_answer.h"
#include "server/tls_relays.h"

namespace wharf::server {

namespace {

// Whole records: TLS keeps nothing decrypted that a poll of the socket would not tell of.
using Record = std::array<char, SSL3_RT_MAX_PLAIN_LENGTH>;

// A turn of the loop takes a few and then serves others.
constexpr int records_per_turn = 4;
// Of what the kernel may hold of a socket pair, each way; it doubles this for its own needs.
constexpr int pair_buffer = 64 << 10;
// For a client to take what was said last.
constexpr uint64_t farewell_milliseconds = 5000;
// For a client to close, when it has.
constexpr uint64_t linger_milliseconds = 2000;

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

}  // namespace

void TlsRelay::Remainder::take(size_t count) {
  taken_ += count;
  if (taken_ == bytes_.size()) wipe();
}

void TlsRelay::Remainder::wipe() {
  explicit_bzero(bytes_.data(), bytes_.size());
  std::string().swap(bytes_);
  taken_ = 0;
}

TlsRelay::TlsRelay(TlsRelays& all, uint64_t number, int fd, Peer peer, ssl_ctx_st* context, uint64_t deadline)
    : all_(all),
      number_(number),
      peer_(std::move(peer)),
      ssl_(SSL_new(context), SSL_free),
      client_(all.loop(), fd, [this](int status, int) { on_client(status); }),
      deadline_(deadline),
      wants_(UV_READABLE) {
  peer_.secure = true;
  if (ssl_ == nullptr || SSL_set_fd(ssl_.get(), fd) != 1) {
    state_ = State::Gone;
    return;
  }
  SSL_set_accept_state(ssl_.get());
  all_.deadlines().add(deadline_, number_);
}

TlsRelay::~TlsRelay() = default;

void TlsRelay::on_client(int status) {
  if (status < 0) state_ = State::Gone;
  advance();
}

void TlsRelay::on_gate(int status, int events) {
  if (status < 0) {
    // It was closed with bytes of ours unread. What it sent before is still to be had.
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(gate_->fd(), SOL_SOCKET, SO_ERROR, &error, &size);
    to_gate_ended_ = true;
  }
  if (status < 0 || (events & UV_DISCONNECT) != 0) gate_is_leaving();
  advance();
}

void TlsRelay::advance() {
  if (state_ == State::Handshaking) shake_hands();
  if (state_ == State::Relaying) carry_to_gate();
  if (state_ == State::Relaying) carry_to_client();
  if (state_ == State::Draining) drain();
  if (state_ == State::Gone) return all_.remove(number_);
  watch();
}

void TlsRelay::on_deadline() {
  if (deadline_ == 0) return;
  if (deadline_ > all_.deadlines().now()) return all_.deadlines().add(deadline_, number_);
  all_.remove(number_);
}

void TlsRelay::abandon() {
  if (state_ == State::Handshaking) all_.remove(number_);
}

// --- The handshake.

void TlsRelay::shake_hands() {
  ERR_clear_error();
  const int result = SSL_accept(ssl_.get());
  if (result == 1) return begin_relaying();
  const int error = SSL_get_error(ssl_.get(), result);
  if (waits_for_client(error)) return;
  if (error == SSL_ERROR_SSL) return handshake_failed();
  state_ = State::Gone;
}

bool TlsRelay::waits_for_client(int error) {
  if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) return false;
  wants_ = error == SSL_ERROR_WANT_READ ? UV_READABLE : UV_WRITABLE;
  return true;
}

// OpenSSL has sent its alert, unless that would not be understood.
void TlsRelay::handshake_failed() {
  const unsigned long error = ERR_peek_error();
  const char* reason = ERR_reason_error_string(error);
  all_.log().debug("{}, port {}: no TLS handshake: {}", peer_.name(), peer_.port,
                   reason == nullptr ? "no reason given" : reason);
  if (ERR_GET_REASON(error) == SSL_R_HTTP_REQUEST) {
    const std::string answer = compose_answer(
        HttpRefusal{400, "This port speaks TLS: its addresses begin with https:// or wss://.", {}}, true);
    // A new socket's buffer is empty and takes this whole; if it does not, nobody is listening.
    send(client_.fd(), answer.data(), answer.size(), MSG_NOSIGNAL);
  }
  begin_draining();
}

void TlsRelay::begin_relaying() {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) != 0) {
    all_.log().warn("cannot take a connection over from TLS: {}: raise the limit of open files (ulimit -n)",
                    std::strerror(errno));
    state_ = State::Gone;
    return;
  }
  for (int fd : pair) setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &pair_buffer, sizeof pair_buffer);
  gate_.emplace(all_.loop(), pair[0], [this](int status, int events) { on_gate(status, events); });
  state_ = State::Relaying;
  wants_ = UV_READABLE;
  all_.gate().enter(pair[1], peer_, std::exchange(deadline_, 0));
}

// --- From the client to the gate.

void TlsRelay::carry_to_gate() {
  Record record;
  for (int i = 0; i < records_per_turn && !to_gate_ended_; ++i) {
    if (!to_gate_.empty()) {
      to_gate_.take(give_to_gate(to_gate_.view()));
      if (!to_gate_.empty()) return;
      continue;
    }
    size_t size = 0;
    ERR_clear_error();
    if (SSL_read_ex(ssl_.get(), record.data(), record.size(), &size) != 1) return client_stopped();
    wants_ = UV_READABLE;
    const std::string_view bytes(record.data(), size);
    to_gate_.keep(bytes.substr(give_to_gate(bytes)));
    explicit_bzero(record.data(), size);
  }
}

// How many of them need not be kept.
size_t TlsRelay::give_to_gate(std::string_view bytes) {
  const ssize_t sent = send(gate_->fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent >= 0) return static_cast<size_t>(sent);
  if (would_block()) return 0;
  to_gate_ended_ = true;
  return bytes.size();
}

void TlsRelay::client_stopped() {
  const int error = SSL_get_error(ssl_.get(), 0);
  if (waits_for_client(error)) return;
  switch (error) {
    case SSL_ERROR_ZERO_RETURN:
      to_gate_ended_ = true;
      shutdown(gate_->fd(), SHUT_WR);
      return;
    case SSL_ERROR_SSL:
      return begin_draining();
    default:
      state_ = State::Gone;
  }
}

// --- From the gate to the client.

void TlsRelay::carry_to_client() {
  Record record;
  client_blocked_ = false;
  for (int i = 0; i < records_per_turn && state_ == State::Relaying; ++i) {
    if (!to_client_.empty()) {
      to_client_.take(give_to_client(to_client_.view()));
      if (client_blocked_) return;
      continue;
    }
    if (to_client_ended_) return say_goodbye();
    const ssize_t size = recv(gate_->fd(), record.data(), record.size(), 0);
    if (size < 0 && would_block()) return;
    if (size <= 0) {
      to_client_ended_ = true;
      return say_goodbye();
    }
    const std::string_view bytes(record.data(), static_cast<size_t>(size));
    to_client_.keep(bytes.substr(give_to_client(bytes)));
    explicit_bzero(record.data(), bytes.size());
    if (client_blocked_) return;
  }
}

// How many of them need not be kept.
size_t TlsRelay::give_to_client(std::string_view bytes) {
  size_t given = 0;
  ERR_clear_error();
  if (SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &given) == 1) {
    // Who takes something has time for more.
    if (deadline_ != 0 && !all_.is_shut()) deadline_ = all_.deadlines().now() + farewell_milliseconds;
    return given;
  }
  if (SSL_get_error(ssl_.get(), 0) == SSL_ERROR_WANT_WRITE) {
    client_blocked_ = true;
    return 0;
  }
  state_ = State::Gone;
  return bytes.size();
}

void TlsRelay::say_goodbye() {
  ERR_clear_error();
  const int result = SSL_shutdown(ssl_.get());
  if (result < 0 && SSL_get_error(ssl_.get(), result) == SSL_ERROR_WANT_WRITE) {
    client_blocked_ = true;
    return gate_is_leaving();
  }
  begin_draining();
}

void TlsRelay::gate_is_leaving() {
  if (deadline_ == 0) set_deadline(farewell_milliseconds);
}

// --- The end.

void TlsRelay::begin_draining() {
  state_ = State::Draining;
  gate_.reset();
  wants_ = UV_READABLE;
  shutdown(client_.fd(), SHUT_WR);
  set_deadline(linger_milliseconds);
}

void TlsRelay::drain() {
  Record record;
  for (int i = 0; i < records_per_turn; ++i) {
    const ssize_t size = recv(client_.fd(), record.data(), record.size(), 0);
    if (size > 0) continue;
    if (size == 0 || !would_block()) state_ = State::Gone;
    return;
  }
}

void TlsRelay::watch() {
  int client = 0;
  int gate = 0;
  if (state_ == State::Relaying) {
    if (!to_gate_ended_ && to_gate_.empty()) client |= wants_;
    if (client_blocked_) client |= UV_WRITABLE;
    if (!to_gate_ended_ && !to_gate_.empty()) gate |= UV_WRITABLE;
    if (!client_blocked_) {
      gate |= UV_READABLE;
    } else if (deadline_ == 0) {
      gate |= UV_DISCONNECT;  // told again and again, so asked for until it is known
    }
    gate_->watch(gate);
  } else {
    client = wants_;
  }
  client_.watch(client);
}

void TlsRelay::set_deadline(uint64_t milliseconds) {
  deadline_ = all_.deadlines().now() + milliseconds;
  all_.deadlines().add(deadline_, number_);
}

}  // namespace wharf::server
