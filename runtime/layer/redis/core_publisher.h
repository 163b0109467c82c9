// Sends events to other processes: asks Redis who is in a group, and puts one message into the queue of each
// process that has members, which names them all.
//
// A group is asked for once at a time; what is sent to it meanwhile waits for the next answer and shares it.
// So a burst to a large group costs Redis a few answers, and the events of a group keep their order.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "config/config.h"
#include "layer/layer.h"
#include "layer/redis/backlog.h"
#include "layer/redis/core_memberships.h"
#include "layer/redis/drops.h"
#include "layer/redis/envelope.h"
#include "layer/redis/names.h"
#include "layer/redis/queue_writer.h"

namespace wharf::layer::redis {

// [layer]
class CorePublisher {
 public:
  using Writers = std::vector<std::unique_ptr<QueueWriter>>;

  // All outlive it. `clients` and `writers`: one for each host.
  CorePublisher(const config::ChannelLayer& settings, const Names& names, const Clients& clients,
                const Writers& writers, Envelope& envelope, Sink& sink, Drops& drops);

  // To the members in other processes, and to those connections of this one that somebody else has put into
  // the group by their names.
  void group_send(const std::string& group, const EventPtr& event, const Backlog::Ticket& ticket);
  // To a channel of another process, or one that no process owns.
  void channel_send(const std::string& channel, const EventPtr& event, const Backlog::Ticket& ticket);

 private:
  struct Sending {
    EventPtr event;
    Backlog::Ticket ticket;
  };
  struct Members {
    std::vector<std::string> elsewhere;  // by queue, and in each in the order in which they joined
    std::vector<wharf_connection> here;
  };

  void ask(const std::string& group);
  void answered(const std::string& group, const std::vector<Sending>& sendings, const redisReply* reply);
  Members read_members(const redisReply& reply) const;
  void send_to_members(const std::string& what, const Members& members, const Sending& sending);
  void put(size_t host, std::string_view channel, Result<std::string> message, const std::string& what,
           const Sending& sending);

  const config::ChannelLayer& settings_;
  const Names& names_;
  const Clients& clients_;
  const Writers& writers_;
  Envelope& envelope_;
  Sink& sink_;
  Drops& drops_;
  // Groups that are being asked for, and what was sent to them since.
  std::unordered_map<std::string, std::vector<Sending>> asked_;
  size_t next_host_ = 0;  // for channels that no process owns
};

}  // namespace wharf::layer::redis
