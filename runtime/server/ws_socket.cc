#include "server/ws_socket.h"

#include <libwebsockets.h>
#include <sys/socket.h>

namespace wharf::server {

bool WsSocket::blocked() const { return lws_partial_buffered(wsi_) != 0 || closing_by_itself(); }

bool WsSocket::closing_by_itself() const { return lws_get_close_length(wsi_) != 0; }

bool WsSocket::write(std::string_view frames) {
  // Mostly all of it fits, and libwebsockets has nothing to do with it: its own way to the same call takes
  // 175 instructions.
  const ssize_t sent = ::send(descriptor(), frames.data(), frames.size(), MSG_NOSIGNAL);
  if (sent > 0) frames.remove_prefix(static_cast<size_t>(sent));
  if (frames.empty()) return true;
  // LWS_WRITE_RAW neither changes the bytes nor looks at the LWS_PRE bytes before them. The result says
  // "failed" or nothing: after a partial send it is the full length.
  unsigned char* bytes = reinterpret_cast<unsigned char*>(const_cast<char*>(frames.data()));
  return lws_write(wsi_, bytes, frames.size(), LWS_WRITE_RAW) >= 0;
}

void WsSocket::ask_writable() { lws_callback_on_writable(wsi_); }

void WsSocket::kill() {
  // The kernel then reports the end of the stream, and libwebsockets closes in its own time. Its own way,
  // LWS_TO_KILL_ASYNC, waits for a timer that on libuv nobody arms outside a callback of libwebsockets.
  pause(false);
  shutdown(descriptor(), SHUT_RDWR);
}

void WsSocket::pause(bool paused) {
  lws_rx_flow_control(wsi_, (paused ? 0 : LWS_RXFLOW_REASON_USER_BOOL) | LWS_RXFLOW_REASON_FLAG_PROCESS_NOW);
}

int WsSocket::descriptor() const { return wsi_ == nullptr ? -1 : static_cast<int>(lws_get_socket_fd(wsi_)); }

}  // namespace wharf::server
