// The step before the gate on a listener with `proxy_protocol`: a socket stays here until its PROXY header is
// read. The header is all that is taken from it, so whatever comes next, a TLS handshake or a request, finds
// its first byte in the kernel still.
//
// A socket that is not a trusted proxy's, does not begin with a header, or does not finish it in time is
// closed: nothing that could be answered has been understood.
#pragma once

#include <uv.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <unordered_map>

#include "server/deadlines.h"
#include "server/scope.h"
#include "server/serving.h"
#include "telemetry/log.h"

namespace wharf::server {

// [worker]
class ProxyReader {
 public:
  // Where a socket goes on, with the peer that its header names. Owns `fd`.
  using Next = std::function<void(int fd, Peer peer)>;

  // The references outlive the reader.
  ProxyReader(uv_loop_t* loop, telemetry::Log& log, const std::shared_ptr<const Serving>& serving);
  ~ProxyReader();

  // Owns `fd`, a non-blocking stream socket, from here on. `deadline` as of Gate::enter().
  void enter(int fd, Peer peer, uint64_t deadline, Next next);

  // From now on every socket is closed.
  void shut();
  bool empty() const { return readings_.empty(); }

 private:
  class Reading;

  // Strangers can make it happen as often as they like, so the log has a line a minute and the number of the
  // others.
  void complain(const Peer& peer, std::string_view why);

  uv_loop_t* loop_;
  telemetry::Log& log_;
  const std::shared_ptr<const Serving>& serving_;
  Deadlines deadlines_;
  std::unordered_map<uint64_t, std::unique_ptr<Reading>> readings_;
  uint64_t next_number_ = 1;
  uint64_t next_complaint_ = 0;  // not before
  uint64_t untold_ = 0;
  bool shut_ = false;
};

}  // namespace wharf::server
