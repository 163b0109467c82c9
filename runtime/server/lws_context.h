// libwebsockets, as one worker uses it: a context on the worker's loop with a vhost for WebSockets that the
// gate has judged, and one for pages. It listens to nothing; sockets are brought in.
#pragma once

#include <uv.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "server/page_vhost.h"
#include "telemetry/error.h"

struct lws_context;

namespace wharf::server {

class Connection;

// [worker], but made and destroyed by the thread that makes and joins the workers: libwebsockets wants its
// contexts to come and go one after another.
class LwsContext {
 public:
  static Result<std::unique_ptr<LwsContext>> create(uv_loop_t* loop);
  // Closes what is still open, and runs the loop until nothing is left on it.
  ~LwsContext();
  LwsContext(const LwsContext&) = delete;
  LwsContext& operator=(const LwsContext&) = delete;

  // Hands an accepted socket over, with the bytes that the client sent behind its head. Owns `fd` from here
  // on, whatever the answer. False: there will be no opened() for this connection, and no socket_closed()
  // either.
  bool adopt_websocket(int fd, Connection& connection, std::string_view key, std::string_view subprotocol,
                       std::string_view early_bytes);
  // The pages of these directories; null when there are none. Those that nobody holds any more are closed at
  // the next call.
  Result<std::shared_ptr<PageVhost>> pages(const std::vector<config::StaticMount>& mounts);

  struct Impl;

 private:
  explicit LwsContext(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace wharf::server
