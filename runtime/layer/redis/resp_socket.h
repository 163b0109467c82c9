// One socket to a Redis or a Sentinel. libuv carries the bytes; hiredis writes commands and reads replies.
//
// hiredis has an asynchronous client of its own. It ends the process (by assert) when a server sends what
// nobody asked for, and it resolves names while everything else waits; so its parser is used, and not its
// sockets.
#pragma once

#include <hiredis/hiredis.h>
#include <uv.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"

namespace wharf::layer::redis {

// [layer] Everything here.
class RespSocket {
 public:
  // Whom it tells; called by the loop, never out of a function of this class. Each may destroy the socket.
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual void on_connected() = 0;
    virtual void on_reply(const redisReply& reply) = 0;
    virtual void on_closed(const std::string& why) = 0;  // the last one
  };

  // Begins to connect, to every address of the name in turn. Whoever waits for it has a deadline of his own.
  RespSocket(uv_loop_t* loop, const config::RedisEndpoint& endpoint, Owner& owner);
  // The owner is not called any more.
  ~RespSocket();
  RespSocket(const RespSocket&) = delete;
  RespSocket& operator=(const RespSocket&) = delete;

  // After on_connected(). What is sent while a write is under way leaves with the next one.
  void send(std::span<const std::string_view> command);

 private:
  struct LookUp;
  struct Wire;
  struct ReaderFree {
    void operator()(redisReader* reader) const { redisReaderFree(reader); }
  };

  void look_up(const config::RedisEndpoint& endpoint);
  void resolved(int status, const addrinfo* found);
  void try_next_address();
  void make_wire();
  void connecting_ended(int status);
  void received(ssize_t count);
  void write_queued();
  void drop_wire();
  void fail(const std::string& why);

  uv_loop_t* loop_;
  Owner& owner_;
  // Both outlive this object until libuv is through with them.
  LookUp* look_up_ = nullptr;
  Wire* wire_ = nullptr;
  std::vector<sockaddr_storage> addresses_;  // not tried yet, the next one last
  std::unique_ptr<redisReader, ReaderFree> reader_;
  std::string queued_;
  bool writing_ = false;
};

}  // namespace wharf::layer::redis
