// One WebSocket inside libwebsockets: the little that a connection needs of it. See lws_context.h for the way
// back, from libwebsockets to the connection.
#pragma once

#include <string_view>

struct lws;

namespace wharf::server {

// [worker] Everything about one wsi happens on its worker's thread.
class WsSocket {
 public:
  WsSocket() = default;
  explicit WsSocket(lws* wsi) : wsi_(wsi) {}

  bool open() const { return wsi_ != nullptr; }
  // Whether writing must wait: libwebsockets still holds bytes, or sends a Close frame of its own.
  bool blocked() const;
  // Whether libwebsockets has begun to close by itself, with a Close frame of its own.
  bool closing_by_itself() const;
  // Ready frames, straight to the kernel; what it does not take, libwebsockets keeps and sends first. False
  // when the connection is broken: the caller calls kill(), or lets the callback it runs in end the socket.
  bool write(std::string_view frames);
  // The connection's writable() will be called from the loop.
  void ask_writable();
  // Ends the socket from the loop, without a word; the connection's socket_closed() follows.
  void kill();
  void pause(bool paused);
  int descriptor() const;

 private:
  lws* wsi_ = nullptr;
};

}  // namespace wharf::server
