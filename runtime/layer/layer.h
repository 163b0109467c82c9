// The channel layer: what carries events to groups and to single connections, across workers and, beyond this
// process, across machines. Workers keep who is a member (server/groups.h); the layer knows only which
// workers have members of which group, so its cost does not grow with the sockets.
#pragma once

#include <wharf/consumer.h>

#include <chrono>
#include <string>
#include <string_view>

#include "layer/event.h"

namespace wharf::layer {

using WorkerIndex = unsigned;

// Where events come out: the inboxes of the workers. server/ implements it.
class Sink {
 public:
  virtual ~Sink() = default;
  // [any-thread] Queues `event` for the members of `group` on one worker. False: no room, dropped.
  virtual bool to_group(WorkerIndex worker, std::string_view group, const EventPtr& event) = 0;
  // [any-thread] Queues `event` for one connection of this process. False: no room, dropped. A connection
  // that has ended swallows it.
  virtual bool to_connection(wharf_connection connection, const EventPtr& event) = 0;
};

// [any-thread] Delivery is at most once; the events of one thread to one group keep their order. What is lost
// after a call answered WHARF_OK is counted, and told in the log.
class Layer {
 public:
  virtual ~Layer() = default;

  // [loader] Begins to reach other processes. Groups that have members by then hear of them from then on.
  virtual void start() {}

  // The worker has its first member of `group`, or lost its last. Called by that worker only, in turn.
  virtual void join(WorkerIndex worker, std::string_view group) = 0;
  virtual void leave(WorkerIndex worker, std::string_view group) = 0;

  // WHARF_FULL: a worker, or the way to other processes, had no room for it. WHARF_UNAVAILABLE: what the
  // layer runs on is away, and nobody gets it.
  virtual wharf_result group_send(std::string_view group, const EventPtr& event) = 0;
  // The same, and WHARF_INVALID for what is no channel name.
  virtual wharf_result channel_send(std::string_view channel, const EventPtr& event) = 0;
  // From here on until forget(), events for that name are delivered.
  virtual std::string channel_name(wharf_connection connection) = 0;
  // A connection whose name was asked for has ended.
  virtual void forget(wharf_connection) {}

  // Whether events get through to other processes.
  virtual bool available() const { return true; }
  // Events that were lost so far, for whatever reason.
  virtual uint64_t lost() const { return 0; }
  // Waits until what was sent so far has been done, or was lost. False: `most` has passed before.
  virtual bool settle(std::chrono::milliseconds /*most*/) { return true; }
};

}  // namespace wharf::layer
