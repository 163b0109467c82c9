// The front door of one worker: every socket comes through here, and only good ones reach libwebsockets.
#pragma once

#include <uv.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>

#include "server/commons.h"
#include "server/deadlines.h"
#include "server/handshake.h"
#include "server/lws_context.h"
#include "server/serving.h"

namespace wharf::server {

// [worker]
class Gate {
 public:
  // The references outlive the gate. `serving` is read at each handshake.
  Gate(uv_loop_t* loop, Commons& commons, LwsContext& lws, const std::shared_ptr<const Serving>& serving);
  ~Gate();

  // When the handshake of whoever is accepted now has to be over, by the clock of Deadlines.
  uint64_t handshake_deadline() const;
  // Owns `fd`, a non-blocking stream socket, from here on.
  void enter(int fd, Peer peer, uint64_t deadline);

  // The handshake that waits for this connection's consumer, or null.
  Handshake* waiting_for(wharf_connection connection);
  const Handshake* waiting_for(wharf_connection connection) const;

  // From now on every socket is refused, and those inside are sent away.
  void shut();
  bool empty() const { return handshakes_.empty(); }

 private:
  friend class Handshake;
  void remove(uint64_t number) { handshakes_.erase(number); }

  uv_loop_t* loop_;
  Commons& commons_;
  LwsContext& lws_;
  const std::shared_ptr<const Serving>& serving_;
  Deadlines deadlines_;
  std::unordered_map<uint64_t, std::unique_ptr<Handshake>> handshakes_;
  std::unordered_map<wharf_connection, Handshake*> pending_;
  uint64_t next_number_ = 1;
  bool shut_ = false;
};

}  // namespace wharf::server
