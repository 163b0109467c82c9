#include "server/lws_context.h"

#include <fmt/format.h>
#include <libwebsockets.h>
#include <string.h>  // explicit_bzero

#include "config/same.h"
#include "server/connection.h"
#include "server/lws_process.h"
#include "server/upgrade.h"
#include "server/ws_socket.h"

namespace wharf::server {

struct LwsContext::Impl {
  // The connection whose socket is being adopted at this moment. Nobody else may upgrade.
  struct Entering {
    Connection* connection = nullptr;
    uint64_t number = 0;
    std::string_view subprotocol;
    bool opened = false;
  };

  uv_loop_t* loop = nullptr;
  lws_context* context = nullptr;
  lws_vhost* websockets = nullptr;
  Entering* entering = nullptr;
  std::vector<std::shared_ptr<PageVhost>> pages;  // in use, or with somebody in the middle of a file
  unsigned pages_made = 0;

  // What the vhost points to for as long as it lives.
  lws_protocols websocket_protocols[2] = {};

  static int on_websocket(lws* wsi, lws_callback_reasons reason, void* user, void* in, size_t size);
  bool confirm(lws* wsi) const;
  bool add_headers(lws* wsi, lws_process_html_args* args) const;
};

// The request that we composed says which connection this is; any other upgrade is nobody's.
bool LwsContext::Impl::confirm(lws* wsi) const {
  // After a keep-alive request libwebsockets 4.1 can come here without headers.
  if (entering == nullptr || lws_hdr_total_length(wsi, WSI_TOKEN_UPGRADE) == 0) return false;
  char path[32];
  int length = lws_hdr_copy(wsi, path, sizeof path, WSI_TOKEN_GET_URI);
  return length > 0 && fmt::format("/{}", entering->number) == path;
}

bool LwsContext::Impl::add_headers(lws* wsi, lws_process_html_args* args) const {
  if (entering == nullptr || entering->subprotocol.empty()) return true;
  unsigned char** at = reinterpret_cast<unsigned char**>(&args->p);
  unsigned char* end = reinterpret_cast<unsigned char*>(args->p) + args->max_len;
  return lws_add_http_header_by_name(wsi, reinterpret_cast<const unsigned char*>("sec-websocket-protocol:"),
                                     reinterpret_cast<const unsigned char*>(entering->subprotocol.data()),
                                     static_cast<int>(entering->subprotocol.size()), at, end) == 0;
}

int LwsContext::Impl::on_websocket(lws* wsi, lws_callback_reasons reason, void* user, void* in, size_t size) {
  constexpr int end_socket = -1;
  Impl& self = *static_cast<Impl*>(lws_context_user(lws_get_context(wsi)));
  Connection* connection = static_cast<Connection*>(user);
  std::string_view bytes(static_cast<const char*>(in), in == nullptr ? 0 : size);
  switch (reason) {
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
      return self.confirm(wsi) ? 0 : end_socket;
    case LWS_CALLBACK_ADD_HEADERS:
      return self.add_headers(wsi, static_cast<lws_process_html_args*>(in)) ? 0 : end_socket;
    case LWS_CALLBACK_ESTABLISHED:
      if (self.entering == nullptr) return end_socket;
      self.entering->opened = true;
      lws_set_wsi_user(wsi, self.entering->connection);
      self.entering->connection->opened(WsSocket(wsi));
      return 0;
    case LWS_CALLBACK_RECEIVE: {
      if (connection == nullptr) return end_socket;
      Connection::Chunk chunk{bytes, lws_frame_is_binary(wsi) != 0, lws_is_first_fragment(wsi) != 0,
                              lws_is_final_fragment(wsi) != 0, lws_remaining_packet_payload(wsi)};
      const bool goes_on = connection->received(chunk);
      // People send passwords. libwebsockets reads every socket into one buffer, where this one would stay
      // until somebody sends as much.
      if (size > 0) explicit_bzero(in, size);
      return goes_on ? 0 : end_socket;
    }
    case LWS_CALLBACK_RECEIVE_PONG:
      if (connection != nullptr) connection->pong_received();
      return 0;
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
      return connection != nullptr && connection->peer_closed(bytes) ? 0 : end_socket;
    case LWS_CALLBACK_SERVER_WRITEABLE:
      return connection != nullptr && connection->writable() ? 0 : end_socket;
    case LWS_CALLBACK_WS_SERVER_DROP_PROTOCOL:
      if (connection != nullptr) connection->socket_ending();
      return 0;
    case LWS_CALLBACK_CLOSED:
      lws_set_wsi_user(wsi, nullptr);
      if (connection != nullptr) connection->socket_closed();
      return 0;
    case LWS_CALLBACK_HTTP:
      return end_socket;  // nothing but composed upgrades comes to this vhost
    default:
      return 0;
  }
}

Result<std::unique_ptr<LwsContext>> LwsContext::create(uv_loop_t* loop) {
  prepare_lws_process();
  auto impl = std::make_unique<Impl>();
  impl->loop = loop;

  impl->websocket_protocols[0].name = "wharf";
  impl->websocket_protocols[0].callback = &Impl::on_websocket;
  impl->websocket_protocols[0].rx_buffer_size = receive_at_once;
  impl->websocket_protocols[0].tx_packet_size = 1 << 20;

  void* loops[1] = {loop};
  // Pings are ours: the connection knows what its route wants.
  static const lws_retry_bo_t no_pings = {};
  lws_context_creation_info info = {};
  info.options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS;
  info.foreign_loops = loops;
  info.user = impl.get();
  info.pcontext = &impl->context;
  info.pt_serv_buf_size = receive_at_once;
  info.retry_and_idle_policy = &no_pings;
  impl->context = lws_create_context(&info);
  if (impl->context == nullptr) {
    return failure("libwebsockets cannot start: is its libuv plugin installed (libwebsockets-evlib-uv)?");
  }

  // An adopted socket's vhost is looked up again by the Host of its request: the composed requests name it.
  lws_context_creation_info vhost = {};
  vhost.port = CONTEXT_PORT_NO_LISTEN_SERVER;
  vhost.retry_and_idle_policy = &no_pings;
  vhost.vhost_name = "websockets";
  vhost.protocols = impl->websocket_protocols;
  impl->websockets = lws_create_vhost(impl->context, &vhost);
  std::unique_ptr<LwsContext> self(new LwsContext(std::move(impl)));
  if (self->impl_->websockets == nullptr) return failure("libwebsockets cannot make its vhost");
  return self;
}

LwsContext::LwsContext(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

LwsContext::~LwsContext() {
  // On a foreign loop the first call only begins: handles close on the loop. Then either the last of them has
  // finished the work and cleared the pointer (info.pcontext), or a second call does.
  lws_context_destroy(impl_->context);
  uv_run(impl_->loop, UV_RUN_DEFAULT);
  if (impl_->context != nullptr) lws_context_destroy(impl_->context);
}

bool LwsContext::adopt_websocket(int fd, Connection& connection, std::string_view key,
                                 std::string_view subprotocol, std::string_view early_bytes) {
  Impl::Entering entering{&connection, connection.handle(), subprotocol};
  std::string request = compose_upgrade(entering.number, key);
  request += early_bytes;
  impl_->entering = &entering;
  // libwebsockets answers 101 and takes the early bytes inside this call.
  lws_adopt_socket_vhost_readbuf(impl_->websockets, fd, request.data(), request.size());
  impl_->entering = nullptr;
  return entering.opened;
}

Result<std::shared_ptr<PageVhost>> LwsContext::pages(const std::vector<config::StaticMount>& mounts) {
  std::vector<std::shared_ptr<PageVhost>>& known = impl_->pages;
  std::erase_if(known, [](const std::shared_ptr<PageVhost>& pages) {
    const bool unused = pages.use_count() == 1 && pages->idle();
    if (unused) pages->close();
    return unused;
  });
  if (mounts.empty()) return nullptr;
  for (const std::shared_ptr<PageVhost>& pages : known) {
    if (config::same(pages->mounts(), mounts)) return pages;
  }
  Result<std::shared_ptr<PageVhost>> made = PageVhost::create(impl_->context, impl_->pages_made++, mounts);
  if (made) known.push_back(*made);
  return made;
}

}  // namespace wharf::server
