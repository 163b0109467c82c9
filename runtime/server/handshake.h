// One socket at the front door, from accept() to the moment it is a WebSocket, a page, or gone.
//
//   Reading      The request's head comes in, under a deadline and a size limit.
//   Identifying  The route is found, and takes pages of this origin; auth/ is asking who this is.
//   Pending      The consumer has not decided. The peer may leave, the deadline runs on.
//   Leaving      The socket's poll handle is being closed; when that is done, the socket goes into
//                libwebsockets, as a WebSocket or for a page.
//   Refusing     An HTTP response is written and our side is shut; what the peer still sends is thrown away
//                until it closes or a short deadline comes, since a reset would take the response with it.
//   Gone         The handle is closed; the object ends in its callback.
//
// Until a socket enters libwebsockets it costs this object and what it has sent.
#pragma once

#include <uv.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "auth/authenticator.h"
#include "server/connection.h"
#include "server/http_head.h"
#include "server/scope.h"
#include "server/serving.h"

namespace wharf::server {

class Gate;

// [worker] Owned by its gate; deletes itself from there when it is gone.
class Handshake {
 public:
  Handshake(Gate& gate, uint64_t number, int fd, Peer peer);

  uint64_t number() const { return number_; }
  // The connection it holds the socket for, 0 for none yet.
  wharf_connection connection() const { return connection_; }
  const Peer& peer() const { return peer_; }

  void start();
  void on_deadline();
  // The consumer's answer to a pending connection.
  void accept();
  void reject();
  // The server shuts down.
  void abandon();

 private:
  enum class State : uint8_t { Reading, Identifying, Pending, Leaving, Refusing, Gone };

  void watch(int events);
  void on_readable();
  void discard();
  void head_complete(size_t size);
  void find_route();
  bool check_origin(bool named_by_cookie);
  void refuse_visitor(const HttpRefusal& refusal, std::string_view who);
  void identified(auth::Identity identity);
  void refuse(const HttpRefusal& refusal);
  void leave();
  void leave_handle();
  void hand_over();
  void lose_connection();

  Gate& gate_;
  uint64_t number_;
  int fd_;
  Peer peer_;
  State state_ = State::Reading;
  uv_poll_t poll_;
  std::string bytes_;  // what came in; after the head, what came behind it
  std::unique_ptr<Scope> scope_;
  std::string key_;
  std::string subprotocol_;
  std::shared_ptr<const Serving> serving_;  // what was served when the route was found
  std::shared_ptr<RouteInstance> route_;
  wharf_connection connection_ = 0;
  bool page_ = false;
};

}  // namespace wharf::server
