#include "server/tls_relays.h"

#include <utility>
#include <vector>

namespace wharf::server {

TlsRelays::TlsRelays(uv_loop_t* loop, Gate& gate, telemetry::Log& log)
    : loop_(loop), gate_(gate), log_(log), deadlines_(loop, [this](uint64_t number) {
        const auto found = relays_.find(number);
        if (found != relays_.end()) found->second->on_deadline();
      }) {}

TlsRelays::~TlsRelays() = default;

void TlsRelays::enter(int fd, Peer peer, ssl_ctx_st* context, uint64_t deadline) {
  const uint64_t number = next_number_++;
  const auto entered = relays_.emplace(
      number, std::make_unique<TlsRelay>(*this, number, fd, std::move(peer), context, deadline));
  TlsRelay& relay = *entered.first->second;
  shut_ ? relay.abandon() : relay.start();
}

void TlsRelays::shut() {
  shut_ = true;
  std::vector<uint64_t> numbers;
  for (const auto& [number, relay] : relays_) numbers.push_back(number);
  for (uint64_t number : numbers) relays_.at(number)->abandon();
}

}  // namespace wharf::server
