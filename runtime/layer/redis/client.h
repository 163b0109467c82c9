// A client of one Redis server, which keeps itself connected.
//
//   Resting      waits before the next attempt: longer after each one that failed, and never as long as
//                another client that failed in the same moment
//   Asking       a Sentinel is asked which server is the master; if it does not know, the next one is asked
//                after the rest
//   Greeting     connected: the password, the database and, behind Sentinels, the role of the server
//   Ready        commands go out, and each reply comes back to the command it belongs to
//
// From everywhere back to Resting: the connection ends, the server does not answer for `timeout`, answers
// what is no reply, or says that it is not the one that can serve (READONLY after a failover, LOADING after a
// start). A server that is silent since nothing is asked of it is pinged.
#pragma once

#include <uv.h>

#include <deque>
#include <functional>
#include <initializer_list>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "layer/redis/host_state.h"
#include "layer/redis/resp_socket.h"

namespace wharf::layer::redis {

// The reply to a command, or null: the connection ended first. Nobody knows then whether the command was
// done.
using Answer = std::function<void(const redisReply* reply)>;

// [layer] Everything here. Handlers and answers are called by the loop, never out of command().
class Client : private RespSocket::Owner {
 public:
  struct Handlers {
    std::function<void()> ready;
    std::function<void()> lost;  // after `ready`, and after the last answer
    // What a subscription brings.
    std::function<void(std::string_view channel, std::string_view payload)> message;
  };

  // `host`, `state` and the loop outlive it.
  Client(uv_loop_t* loop, const config::RedisHost& host, config::Duration timeout, HostState& state,
         Handlers handlers);
  ~Client() override;
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  bool ready() const { return stage_ == Stage::Ready; }
  // Only while ready(). `patience`: how much longer than `timeout` the server may take, since it was asked
  // to.
  void command(std::span<const std::string_view> words, Answer answer, config::Duration patience = {});
  void command(std::initializer_list<std::string_view> words, Answer answer, config::Duration patience = {}) {
    command(std::span(words.begin(), words.size()), std::move(answer), patience);
  }

 private:
  enum class Stage : uint8_t { Resting, Asking, Greeting, Ready };
  struct Waiting {
    Answer answer;
    uint64_t deadline;
  };

  void on_connected() override;
  void on_reply(const redisReply& reply) override;
  void on_closed(const std::string& why) override;

  void attempt();
  void connect(Stage stage, const config::RedisEndpoint& endpoint);
  void ask_sentinel();
  void sentinel_answered(const redisReply* reply);
  void greet();
  void expect_ok(const redisReply* reply, std::string_view what);
  void ask_role();
  void become_ready();
  void lose(const std::string& why);
  void rest();
  void look_at_the_clock();
  uint64_t milliseconds(config::Duration duration) const { return static_cast<uint64_t>(duration.count()); }

  uv_loop_t* loop_;
  const config::RedisHost& host_;
  config::Duration timeout_;
  HostState& state_;
  Handlers handlers_;
  uv_timer_t* clock_;    // freed when it has closed
  uv_timer_t* resting_;  // likewise
  std::unique_ptr<RespSocket> socket_;
  Stage stage_ = Stage::Resting;
  bool connected_ = false;
  uint64_t connecting_since_ = 0;
  uint64_t last_reply_ = 0;
  std::deque<Waiting> waiting_;
  size_t next_sentinel_ = 0;
  unsigned failures_ = 0;  // in a row
  std::minstd_rand random_{std::random_device{}()};
};

bool is_error(const redisReply& reply);
// The text of a string, a status or an error; empty for everything else.
std::string_view text_of(const redisReply& reply);
// Whether it says that the server is not (no longer, or not yet) the one to talk to; the client looks for
// another.
bool cannot_serve(const redisReply& reply);
// What a reply says, for the log: "OOM command not allowed…", "an integer".
std::string describe(const redisReply& reply);

}  // namespace wharf::layer::redis
