// What the connections of one worker share.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "config/config.h"
#include "plugin/instance.h"
#include "server/deadlines.h"
#include "server/groups.h"
#include "server/outbox.h"
#include "server/send_batch.h"
#include "server/slots.h"
#include "telemetry/log.h"

namespace wharf::server {

struct Serving;

// One route on one worker. Connections keep theirs until they end, whatever the table says by then. Two may
// share an instance: of a route whose limits have changed and whose consumer has not.
struct RouteInstance {
  std::shared_ptr<plugin::Instance> instance;
  config::Route route;
  uint64_t connections = 0;
};

// [worker]
struct Commons {
  Slots& slots;
  Groups& groups;
  layer::Layer& layer;
  Deadlines& deadlines;
  BufferPool& buffers;
  SendBatch& sends;
  std::vector<wharf_connection>& to_flush;  // connections whose outbox has grown in this turn
  std::atomic<uint64_t>& connections;       // that live in the whole server
  telemetry::Log& log;
  const std::shared_ptr<const Serving>& serving;  // what is served at the moment
};

}  // namespace wharf::server
