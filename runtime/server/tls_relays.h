// The connections of one worker that came by TLS, each with its relay.
#pragma once

#include <uv.h>

#include <cstdint>
#include <memory>
#include <unordered_map>

#include "server/deadlines.h"
#include "server/gate.h"
#include "server/tls_relay.h"
#include "telemetry/log.h"

namespace wharf::server {

// [worker]
class TlsRelays {
 public:
  // The references outlive it.
  TlsRelays(uv_loop_t* loop, Gate& gate, telemetry::Log& log);
  ~TlsRelays();

  // Owns `fd`, a non-blocking stream socket, from here on; it enters the gate once TLS stands. `deadline` as
  // of Gate::enter().
  void enter(int fd, Peer peer, ssl_ctx_st* context, uint64_t deadline);

  // From now on nobody enters the gate; who has is sent away from there.
  void shut();
  bool empty() const { return relays_.empty(); }

 private:
  friend class TlsRelay;
  uv_loop_t* loop() { return loop_; }
  Gate& gate() { return gate_; }
  telemetry::Log& log() { return log_; }
  Deadlines& deadlines() { return deadlines_; }
  bool is_shut() const { return shut_; }
  void remove(uint64_t number) { relays_.erase(number); }

  uv_loop_t* loop_;
  Gate& gate_;
  telemetry::Log& log_;
  Deadlines deadlines_;
  std::unordered_map<uint64_t, std::unique_ptr<TlsRelay>> relays_;
  uint64_t next_number_ = 1;
  bool shut_ = false;
};

}  // namespace wharf::server
