#include "layer/replaceable_layer.h"

#include <mutex>
#include <utility>

#include "config/same.h"
#include "layer/make_layer.h"

namespace wharf::layer {

ReplaceableLayer::ReplaceableLayer(config::ChannelLayer settings, Sink& sink, unsigned workers,
                                   std::shared_ptr<telemetry::Log> log)
    : settings_(std::move(settings)),
      sink_(sink),
      log_(std::move(log)),
      groups_(sink, workers),
      current_(make_layer(settings_, groups_, sink_, log_)) {
  current_->start();
}

void ReplaceableLayer::use(const config::ChannelLayer& settings) {
  if (config::same(settings, settings_)) return;
  settings_ = settings;
  std::unique_ptr<Layer> old = make_layer(settings_, groups_, sink_, log_);
  {
    std::unique_lock lock(mutex_);
    std::swap(current_, old);
    lost_before_ += old->lost();
  }
  // Nobody is in it any more, and nobody finds it.
  old.reset();
  current_->start();
}

void ReplaceableLayer::join(WorkerIndex worker, std::string_view group) {
  std::shared_lock lock(mutex_);
  current_->join(worker, group);
}

void ReplaceableLayer::leave(WorkerIndex worker, std::string_view group) {
  std::shared_lock lock(mutex_);
  current_->leave(worker, group);
}

wharf_result ReplaceableLayer::group_send(std::string_view group, const EventPtr& event) {
  std::shared_lock lock(mutex_);
  return current_->group_send(group, event);
}

wharf_result ReplaceableLayer::channel_send(std::string_view channel, const EventPtr& event) {
  std::shared_lock lock(mutex_);
  return current_->channel_send(channel, event);
}

std::string ReplaceableLayer::channel_name(wharf_connection connection) {
  std::shared_lock lock(mutex_);
  return current_->channel_name(connection);
}

void ReplaceableLayer::forget(wharf_connection connection) {
  std::shared_lock lock(mutex_);
  current_->forget(connection);
}

bool ReplaceableLayer::available() const {
  std::shared_lock lock(mutex_);
  return current_->available();
}

uint64_t ReplaceableLayer::lost() const {
  std::shared_lock lock(mutex_);
  return lost_before_ + current_->lost();
}

}  // namespace wharf::layer
