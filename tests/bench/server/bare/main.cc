// The least that a server on epoll can do for a message: what others are measured by. One thread; one recv()
// and one send() for a connection and turn of the loop; a group's messages are framed once in a turn, and
// their bytes are shared by all members. It trusts its clients: no limits, no UTF-8 check, no deadlines.
//
//   /echo      answers a message with itself
//   /relay     a group: everybody hears what one says
//   /message   the same, and each text once more with the time before it, as the message consumer says it
//
// Listens on a free port of 127.0.0.1 and prints "serving PORT".

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

#include "frame.h"
#include "handshake.h"

namespace bare {
namespace {

int check(int result, const char* what) {
  if (result >= 0) return result;
  std::perror(what);
  std::exit(1);
}

struct Group;

struct Connection {
  int fd;
  bool open = false;       // the handshake is over
  Group* group = nullptr;  // none: an echo
  std::size_t seat = 0;    // its place among the members
  std::string in{};        // a frame, or a handshake, that is not whole yet
  std::string out{};       // what the socket did not take
};

struct Group {
  bool stamped;
  std::vector<Connection*> members;
  std::string turn;  // frames of this turn of the loop
};

std::string_view local_time() {
  static std::time_t last = 0;
  static std::array<char, 64> words{};
  const std::time_t now = std::time(nullptr);
  if (now != last) {
    std::tm broken_down{};
    localtime_r(&now, &broken_down);
    std::strftime(words.data(), words.size(), "%Y-%m-%d %H:%M:%S收到消息：", &broken_down);
    last = now;
  }
  return words.data();
}

class Server {
 public:
  Server() : poll_(check(epoll_create1(0), "epoll_create1")), listener_(listen()), buffer_(512 << 10) {
    watch(EPOLL_CTL_ADD, listener_, nullptr, EPOLLIN);
  }

  [[noreturn]] void run() {
    for (;;) {
      const int count = epoll_wait(poll_, events_.data(), static_cast<int>(events_.size()), -1);
      for (int index = 0; index < count; ++index) {
        const epoll_event& event = events_[static_cast<std::size_t>(index)];
        auto* connection = static_cast<Connection*>(event.data.ptr);
        if (connection == nullptr) {
          accept_all();
        } else if ((event.events & EPOLLOUT) != 0) {
          flush(*connection);
        } else {
          read(connection);
        }
      }
      for (Group* group : {&relay_, &message_}) end_turn(*group);
    }
  }

 private:
  static int listen() {
    const int fd = check(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    check(bind(fd, reinterpret_cast<const sockaddr*>(&address), size), "bind");
    check(::listen(fd, SOMAXCONN), "listen");
    check(getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
    std::printf("serving %d\n", ntohs(address.sin_port));
    std::fflush(stdout);
    return fd;
  }

  void watch(int operation, int fd, Connection* connection, unsigned events) const {
    epoll_event event{};
    event.events = events;
    event.data.ptr = connection;
    check(epoll_ctl(poll_, operation, fd, &event), "epoll_ctl");
  }

  void accept_all() {
    for (;;) {
      const int fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd < 0) return;
      const int on = 1;
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      watch(EPOLL_CTL_ADD, fd, new Connection{fd}, EPOLLIN);
    }
  }

  void read(Connection* connection) {
    // What is left of the last time comes first.
    const std::size_t before = connection->in.copy(buffer_.data(), buffer_.size());
    const ssize_t got = recv(connection->fd, buffer_.data() + before, buffer_.size() - before, 0);
    if (got <= 0) return end(connection);
    const std::size_t size = before + static_cast<std::size_t>(got);
    if (!connection->open) {
      connection->in.assign(buffer_.data(), size);
      return shake_hands(*connection);
    }
    std::size_t at = 0;
    Frame frame{};
    reply_.clear();
    while (read_frame(buffer_.data() + at, size - at, frame)) {
      at += frame.size;
      if (frame.opcode == close) {
        append_frame(reply_, close, frame.payload);
        write(*connection, reply_);
        return end(connection);
      }
      take(*connection, frame);
    }
    connection->in.assign(buffer_.data() + at, size - at);
    write(*connection, reply_);
  }

  void shake_hands(Connection& connection) {
    if (connection.in.find("\r\n\r\n") == std::string::npos) return;
    const std::string_view path = path_of(connection.in);
    connection.group = path == "/relay" ? &relay_ : path == "/message" ? &message_ : nullptr;
    write(connection, answer_to(connection.in));
    connection.open = true;
    connection.in = {};
    if (connection.group == nullptr) return;
    connection.seat = connection.group->members.size();
    connection.group->members.push_back(&connection);
  }

  void take(Connection& connection, const Frame& frame) {
    Group* group = connection.group;
    if (frame.opcode == ping) return append_frame(reply_, pong, frame.payload);
    if (group == nullptr) return append_frame(reply_, frame.opcode, frame.payload);
    append_frame(group->turn, text, frame.payload);
    if (group->stamped) append_frame(group->turn, text, local_time(), frame.payload);
  }

  void end_turn(Group& group) {
    if (group.turn.empty()) return;
    for (Connection* member : group.members) write(*member, group.turn);
    group.turn.clear();
  }

  void write(Connection& connection, std::string_view bytes) {
    if (bytes.empty()) return;
    if (connection.out.empty()) {
      const ssize_t sent = send(connection.fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent >= 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
      if (bytes.empty()) return;
      watch(EPOLL_CTL_MOD, connection.fd, &connection, EPOLLOUT);
    }
    connection.out += bytes;
  }

  void flush(Connection& connection) {
    const ssize_t sent = send(connection.fd, connection.out.data(), connection.out.size(), MSG_NOSIGNAL);
    if (sent > 0) connection.out.erase(0, static_cast<std::size_t>(sent));
    if (connection.out.empty() || sent < 0) {
      connection.out = {};
      watch(EPOLL_CTL_MOD, connection.fd, &connection, EPOLLIN);
    }
  }

  static void end(Connection* connection) {
    if (Group* group = connection->group) {
      group->members[connection->seat] = group->members.back();
      group->members[connection->seat]->seat = connection->seat;
      group->members.pop_back();
    }
    ::close(connection->fd);
    delete connection;
  }

  int poll_;
  int listener_;
  std::array<epoll_event, 512> events_{};
  std::vector<char> buffer_;
  std::string reply_;
  Group relay_{false, {}, {}}, message_{true, {}, {}};
};

}  // namespace
}  // namespace bare

int main() { bare::Server().run(); }
