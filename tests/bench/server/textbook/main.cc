// A WebSocket server on libwebsockets as its examples show it: a queue for each connection,
// lws_callback_on_writable(), one lws_write() for each message, and the library's own poll loop.
//
//   /echo      answers a message with itself
//   /relay     a group: everybody hears what one says
//   /message   the same, and each text once more with the time before it, as the message consumer says it
//
// Listens on a free port of 127.0.0.1 and prints "serving PORT".

#include <libwebsockets.h>

#include <array>
#include <cstdio>
#include <ctime>
#include <deque>
#include <memory>
#include <new>
#include <set>
#include <string>
#include <string_view>

namespace {

// A message behind the room that lws_write() asks for before it.
using Message = std::shared_ptr<const std::string>;

Message message_of(std::string_view text) {
  return std::make_shared<const std::string>(std::string(LWS_PRE, '\0') + std::string(text));
}

struct Connection {
  lws* wsi;
  std::set<Connection*>* group;  // none: an echo
  bool stamped;
  std::string fragments;
  std::deque<Message> queue;
};

struct Groups {
  std::set<Connection*> relay, message;
};

std::string local_time() {
  const std::time_t now = std::time(nullptr);
  std::tm broken_down{};
  localtime_r(&now, &broken_down);
  std::array<char, 32> words{};
  return {words.data(), std::strftime(words.data(), words.size(), "%Y-%m-%d %H:%M:%S", &broken_down)};
}

void queue(Connection& connection, const Message& message) {
  connection.queue.push_back(message);
  lws_callback_on_writable(connection.wsi);
}

void take(Connection& connection, std::string_view text) {
  const Message message = message_of(text);
  if (connection.group == nullptr) return queue(connection, message);
  const Message second =
      connection.stamped ? message_of(local_time() + "收到消息：" + std::string(text)) : nullptr;
  for (Connection* member : *connection.group) {
    queue(*member, message);
    if (second != nullptr) queue(*member, second);
  }
}

void open(lws* wsi, void* room) {
  auto& groups = *static_cast<Groups*>(lws_context_user(lws_get_context(wsi)));
  std::array<char, 64> path{};
  lws_hdr_copy(wsi, path.data(), static_cast<int>(path.size()), WSI_TOKEN_GET_URI);
  const bool stamped = std::string_view(path.data()) == "/message";
  const bool relays = std::string_view(path.data()) == "/relay";
  auto* group = stamped ? &groups.message : relays ? &groups.relay : nullptr;
  auto* connection = new (room) Connection{wsi, group, stamped, {}, {}};
  if (group != nullptr) group->insert(connection);
}

int write(Connection& connection) {
  if (connection.queue.empty()) return 0;
  const Message message = connection.queue.front();
  connection.queue.pop_front();
  // It writes the frame's head before the message, each time the same.
  auto* text = const_cast<unsigned char*>(reinterpret_cast<const unsigned char*>(message->data()) + LWS_PRE);
  const std::size_t size = message->size() - LWS_PRE;
  if (lws_write(connection.wsi, text, size, LWS_WRITE_TEXT) < static_cast<int>(size)) return -1;
  if (!connection.queue.empty()) lws_callback_on_writable(connection.wsi);
  return 0;
}

int callback(lws* wsi, lws_callback_reasons reason, void* user, void* in, std::size_t size) {
  auto* connection = static_cast<Connection*>(user);
  switch (reason) {
    case LWS_CALLBACK_ESTABLISHED:
      open(wsi, user);
      break;
    case LWS_CALLBACK_RECEIVE:
      connection->fragments.append(static_cast<const char*>(in), size);
      if (lws_is_final_fragment(wsi) == 0 || lws_remaining_packet_payload(wsi) != 0) break;
      take(*connection, connection->fragments);
      connection->fragments.clear();
      break;
    case LWS_CALLBACK_SERVER_WRITEABLE:
      return write(*connection);
    case LWS_CALLBACK_CLOSED:
      if (connection->group != nullptr) connection->group->erase(connection);
      connection->~Connection();
      break;
    default:
      break;
  }
  return 0;
}

}  // namespace

int main() {
  lws_set_log_level(LLL_ERR, nullptr);
  Groups groups;
  const std::array<lws_protocols, 2> protocols{
      {{"textbook", callback, sizeof(Connection), 4096, 0, nullptr, 0},
       {nullptr, nullptr, 0, 0, 0, nullptr, 0}}};
  lws_context_creation_info info{};
  info.iface = "127.0.0.1";
  info.port = 0;
  info.protocols = protocols.data();
  info.user = &groups;
  // Nobody pings while it is measured.
  lws_retry_bo_t patience{};
  info.retry_and_idle_policy = &patience;
  lws_context* context = lws_create_context(&info);
  if (context == nullptr) return 1;
  std::printf("serving %d\n", lws_get_vhost_listen_port(lws_get_vhost_by_name(context, "default")));
  std::fflush(stdout);
  while (lws_service(context, 0) >= 0) {
  }
  lws_context_destroy(context);
  return 1;
}
