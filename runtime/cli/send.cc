#include "cli/send.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <thread>
#include <vector>

#include "cli/load_routes.h"
#include "config/load.h"
#include "layer/make_layer.h"

namespace wharf::cli {

namespace {

// This process has no sockets: events go out and none comes in.
class NoSockets : public layer::Sink {
 public:
  bool to_group(layer::WorkerIndex, std::string_view, const layer::EventPtr&) override { return true; }
  bool to_connection(wharf_connection, const layer::EventPtr&) override { return true; }
};

Result<layer::EventPtr> read_event(const std::string& text) {
  const auto json = nlohmann::ordered_json::parse(text, nullptr, false);
  if (!json.is_object()) {
    return failure(R"(an event is a JSON object, as in '{"type": "user.message", "text": "hello"}')");
  }
  const std::vector<uint8_t> packed = nlohmann::ordered_json::to_msgpack(json);
  return layer::Event::from_msgpack({reinterpret_cast<const char*>(packed.data()), packed.size()});
}

int fail(std::string_view why) {
  fmt::print(stderr, "wharf send: {}\n", why);
  return 1;
}

}  // namespace

int send(const std::string& group, const std::string& text, const std::filesystem::path& routes_file) {
  const auto config = config::load(routes_file);
  if (!config) {
    print(config.error());
    return 1;
  }
  const config::ChannelLayer& settings = config->channel_layer;
  if (settings.backend == config::ChannelLayer::Backend::Memory) {
    return fail(
        fmt::format("{} has the memory channel layer, which lives inside one server: only a Redis layer "
                    "can be reached from here",
                    routes_file.string()));
  }
  const Result<layer::EventPtr> event = read_event(text);
  if (!event) return fail(event.error().text);

  NoSockets nobody;
  layer::LocalGroups no_groups(nobody, 0);
  const std::unique_ptr<layer::Layer> layer =
      layer::make_layer(settings, no_groups, nobody, telemetry::make_log(spdlog::level::warn));
  layer->start();
  wharf_result result = WHARF_UNAVAILABLE;
  const auto end = std::chrono::steady_clock::now() + settings.timeout;
  while ((result = layer->group_send(group, *event)) == WHARF_UNAVAILABLE &&
         std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  if (result == WHARF_UNAVAILABLE) return fail("Redis cannot be reached; nothing was sent");
  if (result != WHARF_OK)
    return fail("the event is larger than `pending` of the channel layer; nothing was sent");
  if (!layer->settle(settings.timeout))
    return fail("Redis does not answer; nobody knows whether the event was sent");
  return layer->lost() == 0 ? 0 : fail("the event is lost, to some members at least");
}

}  // namespace wharf::cli
