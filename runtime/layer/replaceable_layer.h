// The channel layer of a server whose `channel_layer:` may change while it runs. What carries events to other
// processes is replaced; which workers have members of which group stays, and the new carrier is told of it.
#pragma once

#include <memory>
#include <shared_mutex>

#include "config/config.h"
#include "layer/layer.h"
#include "layer/local_groups.h"
#include "telemetry/log.h"

namespace wharf::layer {

class ReplaceableLayer : public Layer {
 public:
  // [loader] `sink` outlives it. Begins at once.
  ReplaceableLayer(config::ChannelLayer settings, Sink& sink, unsigned workers,
                   std::shared_ptr<telemetry::Log> log);

  // [loader] Goes over to what `settings` ask for, unless that is what it runs on. Waits until the old layer
  // has sent what it had and has left Redis, for the old `timeout` twice at most: two members on one Redis
  // would hear everything twice. Meanwhile sends to other processes answer WHARF_UNAVAILABLE, and what others
  // send is missed. Channel names that were given out name nobody any more.
  void use(const config::ChannelLayer& settings);

  void join(WorkerIndex worker, std::string_view group) override;
  void leave(WorkerIndex worker, std::string_view group) override;
  wharf_result group_send(std::string_view group, const EventPtr& event) override;
  wharf_result channel_send(std::string_view channel, const EventPtr& event) override;
  std::string channel_name(wharf_connection connection) override;
  void forget(wharf_connection connection) override;
  bool available() const override;
  uint64_t lost() const override;

 private:
  config::ChannelLayer settings_;
  Sink& sink_;
  std::shared_ptr<telemetry::Log> log_;
  LocalGroups groups_;
  mutable std::shared_mutex
      mutex_;  // for `current_` and `lost_before_`: held shared while the layer is called
  std::unique_ptr<Layer> current_;
  uint64_t lost_before_ = 0;  // by layers that were replaced
};

}  // namespace wharf::layer
