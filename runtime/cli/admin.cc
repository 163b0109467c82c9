#include "cli/admin.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "server/http_head.h"

namespace wharf::cli {

namespace {

constexpr size_t longest_head = 16 << 10;
constexpr size_t most_visits = 32;
constexpr uint64_t patience_milliseconds = 5000;

server::HttpAnswer refusal(unsigned status, std::string why) {
  return {status, "text/plain; charset=utf-8", std::move(why) + "\n", {}};
}

}  // namespace

// One request and its answer. Its descriptor and handles go together, when both handles have closed.
struct Admin::Visit {
  Admin& admin;
  int fd;
  std::string head;
  uv_poll_t poll{};
  uv_timer_t patience{};
  int open_handles = 2;

  void read() {
    std::array<char, 4096> buffer;
    const ssize_t count = recv(fd, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) return admin.end(this);
    const size_t before = head.size();
    head.append(buffer.data(), static_cast<size_t>(count));
    const size_t size = server::find_head_end(head, before);
    if (size == 0 && head.size() <= longest_head) return;
    const std::string answer = size == 0
                                   ? server::compose_answer(refusal(431, "The request is too long."), true)
                                   : admin.answer(head.substr(0, size));
    // Answers are small, and whoever asks is of this machine.
    [[maybe_unused]] const ssize_t sent = send(fd, answer.data(), answer.size(), MSG_NOSIGNAL);
    admin.end(this);
  }
};

tl::expected<std::unique_ptr<Admin>, config::Problems> Admin::listen(uv_loop_t* loop,
                                                                     const config::ListenAddress& address,
                                                                     Handlers handlers) {
  auto bound = server::Listener::bind_all({address}, 1);
  if (!bound) return tl::make_unexpected(std::move(bound.error()));
  std::unique_ptr<Admin> admin(new Admin(loop, std::move(handlers)));
  admin->listeners_ = std::move(*bound);
  for (const std::unique_ptr<server::Listener>& listener : admin->listeners_) {
    for (int fd : listener->take(0)) {
      uv_poll_t* door = new uv_poll_t;
      uv_poll_init_socket(loop, door, fd);
      door->data = admin.get();
      admin->doors_.emplace_back(door, fd);
      uv_poll_start(door, UV_READABLE, [](uv_poll_t* poll, int, int) {
        Admin* self = static_cast<Admin*>(poll->data);
        for (const auto& [handle, listening] : self->doors_) {
          if (handle == poll) self->welcome(listening);
        }
      });
    }
  }
  return admin;
}

Admin::~Admin() {
  while (!visits_.empty()) end(*visits_.begin());
  for (const auto& [door, fd] : doors_) {
    uv_close(reinterpret_cast<uv_handle_t*>(door),
             [](uv_handle_t* handle) { delete reinterpret_cast<uv_poll_t*>(handle); });
    close(fd);
  }
}

void Admin::welcome(int listening) {
  const int fd = accept4(listening, nullptr, nullptr, SOCK_CLOEXEC);
  if (fd < 0) return;
  if (visits_.size() >= most_visits) {
    close(fd);
    return;
  }
  Visit* visit = new Visit{*this, fd, {}};
  visits_.insert(visit);
  uv_poll_init_socket(loop_, &visit->poll, fd);
  uv_timer_init(loop_, &visit->patience);
  visit->poll.data = visit->patience.data = visit;
  uv_poll_start(&visit->poll, UV_READABLE,
                [](uv_poll_t* poll, int, int) { static_cast<Visit*>(poll->data)->read(); });
  uv_timer_start(
      &visit->patience,
      [](uv_timer_t* timer) {
        Visit* slow = static_cast<Visit*>(timer->data);
        slow->admin.end(slow);
      },
      patience_milliseconds, 0);
}

void Admin::end(Visit* visit) {
  visits_.erase(visit);
  const uv_close_cb closed = [](uv_handle_t* handle) {
    Visit* ended = static_cast<Visit*>(handle->data);
    if (--ended->open_handles > 0) return;
    close(ended->fd);
    delete ended;
  };
  uv_close(reinterpret_cast<uv_handle_t*>(&visit->poll), closed);
  uv_close(reinterpret_cast<uv_handle_t*>(&visit->patience), closed);
}

std::string Admin::answer(const std::string& head) const {
  const tl::expected<server::HttpHead, server::HttpRefusal> request = server::read_http_head(head);
  if (!request) return server::compose_answer(request.error(), true);
  // A page in the operator's browser can send requests here, too, and no header of its own choice.
  if (request->method != "GET" && request->count("wharf-command") == 0) {
    return server::compose_answer(refusal(403, "Send the header `Wharf-Command: yes` with a command."), true);
  }
  const auto found = handlers_.find(request->method + " " + request->raw_path);
  if (found != handlers_.end()) return server::compose_answer(found->second(), true);
  return server::compose_answer(refusal(404, "There is nothing at this address."), true);
}

}  // namespace wharf::cli
