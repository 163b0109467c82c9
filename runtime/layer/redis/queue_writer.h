// Puts messages into the queues of other processes on one Redis server.
//
// A queue takes `capacity` messages and no more; channels_redis drops what comes on top. Here it waits in a
// lane of that queue, in its order, and goes when the other process has made room, which takes a moment. Only
// a process that makes no room for `full_queue` loses messages, and from then on at once, until it reads
// again.
//
// One command is under way at a time, with everything that has gathered since the last one.
#pragma once

#include <uv.h>

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "config/config.h"
#include "layer/redis/backlog.h"
#include "layer/redis/client.h"
#include "layer/redis/drops.h"
#include "layer/redis/host_state.h"
#include "layer/redis/score.h"

namespace wharf::layer::redis {

// [layer]
class QueueWriter {
 public:
  struct Message {
    std::string bytes;
    std::string what;  // for the log
    Backlog::Ticket ticket;
  };

  // All outlive it.
  QueueWriter(uv_loop_t* loop, const config::ChannelLayer& settings, Client& client, HostState& state,
              Scores& scores, Drops& drops);
  ~QueueWriter();
  QueueWriter(const QueueWriter&) = delete;
  QueueWriter& operator=(const QueueWriter&) = delete;

  // `queue` is the key.
  void put(const std::string& queue, Message message);

 private:
  struct Lane {
    std::deque<Message> messages;
    size_t sent = 0;          // how many of them are in the command that is under way
    uint64_t full_since = 0;  // 0: it is not, as far as is known
    bool given_up = false;    // full for too long: nothing waits any more
  };
  using Lanes = std::unordered_map<std::string, Lane>;

  void flush();
  void written(const std::vector<std::string>& queues, const redisReply* reply);
  bool made_room(Lane& lane, size_t taken);
  void lose(Lane& lane, size_t count, Reason reason, std::string_view why);
  void try_again_soon();

  uv_loop_t* loop_;
  const config::ChannelLayer& settings_;
  Client& client_;
  HostState& state_;
  Scores& scores_;
  Drops& drops_;
  Lanes lanes_;
  bool under_way_ = false;
  uv_timer_t* pause_;  // freed when it has closed
  uint64_t pause_milliseconds_ = 0;
};

}  // namespace wharf::layer::redis
