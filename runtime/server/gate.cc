#include "server/gate.h"

#include <utility>

namespace wharf::server {

Gate::Gate(uv_loop_t* loop, Commons& commons, LwsContext& lws, const std::shared_ptr<const Serving>& serving)
    : loop_(loop), commons_(commons), lws_(lws), serving_(serving), deadlines_(loop, [this](uint64_t number) {
        auto found = handshakes_.find(number);
        if (found != handshakes_.end()) found->second->on_deadline();
      }) {}

Gate::~Gate() = default;

uint64_t Gate::handshake_deadline() const {
  return deadlines_.now() + static_cast<uint64_t>(serving_->limits.handshake.count());
}

void Gate::enter(int fd, Peer peer, uint64_t deadline) {
  uint64_t number = next_number_++;
  auto handshake = std::make_unique<Handshake>(*this, number, fd, std::move(peer));
  Handshake& entered = *handshake;
  handshakes_.emplace(number, std::move(handshake));
  deadlines_.add(deadline, number);
  entered.start();
  if (shut_) entered.abandon();
}

Handshake* Gate::waiting_for(wharf_connection connection) {
  auto found = pending_.find(connection);
  return found == pending_.end() ? nullptr : found->second;
}

const Handshake* Gate::waiting_for(wharf_connection connection) const {
  return const_cast<Gate*>(this)->waiting_for(connection);
}

void Gate::shut() {
  shut_ = true;
  for (auto& [number, handshake] : handshakes_) handshake->abandon();
}

}  // namespace wharf::server
