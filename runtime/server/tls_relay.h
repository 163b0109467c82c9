// One connection that came by TLS. It stands between the client and the gate: what the client sends is
// decrypted into a socket pair, whose other end enters the gate like any accepted socket, and what comes back
// there is encrypted. Neither the gate nor libwebsockets knows of it.
//
//   Handshaking  The TLS handshake, under the deadline of limits.handshake. The gate has nothing yet. Who
//                gives up or breaks the protocol is gone; who speaks plain HTTP is told so.
//   Relaying     The gate has its end, and what is left of the deadline. Bytes go both ways. Whichever way
//                is blocked, nothing more is read for it, so whoever sends comes to feel it: at most one
//                record of 16 KiB is held each way, beside what the kernel keeps for the two sockets.
//                  The client ends its side (close_notify, or the end of the stream): once all has been
//                  delivered, the gate's end is told by the end of its stream, and the other way goes on.
//                  The client breaks (a reset, a bad record): so does the gate's end, at once.
//                  The gate's end is closed: what came before is delivered, then close_notify and the end of
//                  the stream. A client that takes nothing of it has a deadline.
//   Draining     All is said. What the client still sends is thrown away until it closes or a short deadline
//                comes, since to close a socket with unread bytes in it makes the kernel send a reset, which
//                can overtake what we said last.
//   Gone         Its owner destroys it.
#pragma once

#include <uv.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "server/polled_socket.h"
#include "server/scope.h"

struct ssl_st;
struct ssl_ctx_st;

namespace wharf::server {

class TlsRelays;

// [worker] Owned by TlsRelays.
class TlsRelay {
 public:
  // Owns `fd`. `deadline`: when the handshake, that of HTTP included, has to be over.
  TlsRelay(TlsRelays& all, uint64_t number, int fd, Peer peer, ssl_ctx_st* context, uint64_t deadline);
  ~TlsRelay();
  TlsRelay(const TlsRelay&) = delete;
  TlsRelay& operator=(const TlsRelay&) = delete;

  // All of these may destroy it.
  void start() { advance(); }
  void on_deadline();
  // The server shuts down: who is at the gate or beyond is sent away from there.
  void abandon();

 private:
  enum class State : uint8_t { Handshaking, Relaying, Draining, Gone };

  // What one side has not taken yet. It may be a password: nothing of it stays in memory that is given back.
  class Remainder {
   public:
    ~Remainder() { wipe(); }
    bool empty() const { return bytes_.empty(); }
    std::string_view view() const { return std::string_view(bytes_).substr(taken_); }
    void keep(std::string_view bytes) { bytes_ = bytes; }
    void take(size_t count);

   private:
    void wipe();
    std::string bytes_;
    size_t taken_ = 0;
  };

  void on_client(int status);
  void on_gate(int status, int events);
  void advance();
  void shake_hands();
  // Whether TLS, by that error, only waits for the client's socket, and for what.
  bool waits_for_client(int error);
  void handshake_failed();
  void begin_relaying();
  void carry_to_gate();
  size_t give_to_gate(std::string_view bytes);
  void client_stopped();
  void carry_to_client();
  size_t give_to_client(std::string_view bytes);
  void say_goodbye();
  void gate_is_leaving();
  void begin_draining();
  void drain();
  void watch();
  void set_deadline(uint64_t milliseconds);

  TlsRelays& all_;
  uint64_t number_;
  Peer peer_;
  State state_ = State::Handshaking;
  std::unique_ptr<ssl_st, void (*)(ssl_st*)> ssl_;
  PolledSocket client_;
  std::optional<PolledSocket> gate_;  // Relaying
  uint64_t deadline_;                 // by the clock of Deadlines; 0: there is none
  Remainder to_gate_;
  Remainder to_client_;
  int wants_;                     // what the client's socket has to be for TLS to go on reading
  bool to_gate_ended_ = false;    // nothing more goes there
  bool to_client_ended_ = false;  // nothing more comes from there
  bool client_blocked_ = false;   // its socket takes nothing at the moment
};

}  // namespace wharf::server
