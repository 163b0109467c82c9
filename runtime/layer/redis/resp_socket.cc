#include "layer/redis/resp_socket.h"

#include <array>
#include <cstring>
#include <utility>

namespace wharf::layer::redis {

// --- What libuv may still hold when the socket is gone: `owner` is null from then on.

struct RespSocket::LookUp {
  explicit LookUp(RespSocket* of) : owner(of) { request.data = this; }
  RespSocket* owner;
  uv_getaddrinfo_t request{};
};

struct RespSocket::Wire {
  explicit Wire(RespSocket* of) : owner(of), handle{} {}

  RespSocket* owner;
  union {
    uv_handle_t handle;
    uv_stream_t stream;
    uv_tcp_t tcp;
    uv_pipe_t pipe;
  };
  uv_connect_t connect{};
  uv_write_t write{};
  std::string on_its_way;
  std::array<char, 64 << 10> buffer;
};

RespSocket::RespSocket(uv_loop_t* loop, const config::RedisEndpoint& endpoint, Owner& owner)
    : loop_(loop), owner_(owner), reader_(redisReaderCreate()) {
  if (!endpoint.path.empty()) {
    make_wire();
    uv_pipe_init(loop_, &wire_->pipe, 0);
    uv_pipe_connect(&wire_->connect, &wire_->pipe, endpoint.path.c_str(),
                    [](uv_connect_t* connect, int status) {
                      if (RespSocket* socket = static_cast<Wire*>(connect->data)->owner)
                        socket->connecting_ended(status);
                    });
    return;
  }
  look_up(endpoint);
}

RespSocket::~RespSocket() {
  if (look_up_ != nullptr) {
    look_up_->owner = nullptr;
    uv_cancel(reinterpret_cast<uv_req_t*>(&look_up_->request));
  }
  drop_wire();
}

// --- Connecting.

void RespSocket::look_up(const config::RedisEndpoint& endpoint) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  look_up_ = new LookUp(this);
  int error = uv_getaddrinfo(
      loop_, &look_up_->request,
      [](uv_getaddrinfo_t* request, int status, addrinfo* found) {
        std::unique_ptr<LookUp> done(static_cast<LookUp*>(request->data));
        if (done->owner != nullptr) done->owner->resolved(status, found);
        uv_freeaddrinfo(found);
      },
      endpoint.host.c_str(), std::to_string(endpoint.port).c_str(), &hints);
  if (error != 0) delete std::exchange(look_up_, nullptr);
}

void RespSocket::resolved(int status, const addrinfo* found) {
  look_up_ = nullptr;
  if (status != 0) return fail(std::string("its name cannot be resolved: ") + uv_strerror(status));
  for (; found != nullptr; found = found->ai_next) {
    sockaddr_storage address{};
    std::memcpy(&address, found->ai_addr, found->ai_addrlen);
    addresses_.insert(addresses_.begin(), address);
  }
  try_next_address();
}

void RespSocket::make_wire() {
  wire_ = new Wire(this);
  wire_->handle.data = wire_->connect.data = wire_->write.data = wire_;
}

void RespSocket::try_next_address() {
  sockaddr_storage address = addresses_.back();
  addresses_.pop_back();
  make_wire();
  uv_tcp_init(loop_, &wire_->tcp);
  wire_->handle.data = wire_;
  int error = uv_tcp_connect(&wire_->connect, &wire_->tcp, reinterpret_cast<const sockaddr*>(&address),
                             [](uv_connect_t* connect, int status) {
                               RespSocket* owner = static_cast<Wire*>(connect->data)->owner;
                               if (owner != nullptr) owner->connecting_ended(status);
                             });
  if (error != 0) connecting_ended(error);
}

void RespSocket::connecting_ended(int status) {
  if (status != 0) {
    drop_wire();
    if (!addresses_.empty()) return try_next_address();
    return fail(uv_strerror(status));
  }
  uv_read_start(
      &wire_->stream,
      [](uv_handle_t* handle, size_t, uv_buf_t* into) {
        Wire* wire = static_cast<Wire*>(handle->data);
        *into = uv_buf_init(wire->buffer.data(), static_cast<unsigned>(wire->buffer.size()));
      },
      [](uv_stream_t* stream, ssize_t count, const uv_buf_t*) {
        RespSocket* owner = static_cast<Wire*>(stream->data)->owner;
        if (owner != nullptr && count != 0) owner->received(count);
      });
  owner_.on_connected();
}

// --- Replies.

void RespSocket::received(ssize_t count) {
  if (count < 0) {
    return fail(count == UV_EOF ? "it closed the connection" : uv_strerror(static_cast<int>(count)));
  }
  redisReaderFeed(reader_.get(), wire_->buffer.data(), static_cast<size_t>(count));
  // The owner may destroy this socket: the wire lives on for a while, and knows.
  const Wire* wire = wire_;
  while (true) {
    void* raw = nullptr;
    if (redisReaderGetReply(reader_.get(), &raw) != REDIS_OK) {
      return fail(std::string("it does not speak Redis's protocol: ") + reader_->errstr);
    }
    if (raw == nullptr) return;
    std::unique_ptr<redisReply, void (*)(void*)> reply(static_cast<redisReply*>(raw), freeReplyObject);
    owner_.on_reply(*reply);
    if (wire->owner == nullptr) return;
  }
}

// --- Commands.

void RespSocket::send(std::span<const std::string_view> command) {
  std::vector<const char*> words;
  std::vector<size_t> sizes;
  words.reserve(command.size());
  sizes.reserve(command.size());
  for (std::string_view word : command) {
    words.push_back(word.data() == nullptr ? "" : word.data());
    sizes.push_back(word.size());
  }
  char* formatted = nullptr;
  int length =
      redisFormatCommandArgv(&formatted, static_cast<int>(command.size()), words.data(), sizes.data());
  if (length < 0) throw std::bad_alloc();
  queued_.append(formatted, static_cast<size_t>(length));
  redisFreeCommand(formatted);
  if (!writing_) write_queued();
}

void RespSocket::write_queued() {
  wire_->on_its_way.clear();
  std::swap(wire_->on_its_way, queued_);
  writing_ = true;
  uv_buf_t bytes = uv_buf_init(wire_->on_its_way.data(), static_cast<unsigned>(wire_->on_its_way.size()));
  uv_write(&wire_->write, &wire_->stream, &bytes, 1, [](uv_write_t* write, int status) {
    RespSocket* owner = static_cast<Wire*>(write->data)->owner;
    // A failed write is followed by a failed read, which is the one that is told.
    if (owner == nullptr || status != 0) return;
    owner->writing_ = false;
    if (!owner->queued_.empty()) owner->write_queued();
  });
}

// --- The end.

void RespSocket::drop_wire() {
  if (wire_ == nullptr) return;
  Wire* wire = std::exchange(wire_, nullptr);
  wire->owner = nullptr;
  uv_close(&wire->handle, [](uv_handle_t* handle) { delete static_cast<Wire*>(handle->data); });
}

void RespSocket::fail(const std::string& why) {
  drop_wire();
  owner_.on_closed(why);
}

}  // namespace wharf::layer::redis
