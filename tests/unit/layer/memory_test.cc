#include "layer/memory.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace wharf::layer;

namespace {

struct Recorder : Sink {
  std::vector<std::string> groups;
  std::vector<wharf_connection> connections;
  bool room = true;

  bool to_group(WorkerIndex worker, std::string_view group, const EventPtr& event) override {
    groups.push_back(std::to_string(worker) + ":" + std::string(group) + ":" + event->type.data);
    return room;
  }
  bool to_connection(wharf_connection connection, const EventPtr&) override {
    connections.push_back(connection);
    return room;
  }
};

EventPtr event() { return *Event::from_fields("e", {}); }

}  // namespace

TEST_CASE("an event reaches each worker that has members, and no other") {
  Recorder sink;
  LocalGroups groups(sink, 3);
  std::unique_ptr<Layer> layer = make_memory_layer(groups, sink);
  CHECK(layer->group_send("g", event()) == WHARF_OK);
  CHECK(sink.groups.empty());
  layer->join(0, "g");
  layer->join(2, "g");
  CHECK(layer->group_send("g", event()) == WHARF_OK);
  CHECK(sink.groups == std::vector<std::string>{"0:g:e", "2:g:e"});
  layer->leave(0, "g");
  sink.groups.clear();
  CHECK(layer->group_send("g", event()) == WHARF_OK);
  CHECK(sink.groups == std::vector<std::string>{"2:g:e"});
  sink.room = false;
  CHECK(layer->group_send("g", event()) == WHARF_FULL);
  layer->leave(2, "g");
  CHECK(layer->group_send("g", event()) == WHARF_OK);
}

TEST_CASE("a channel name leads back to its connection, in its own layer only") {
  Recorder sink;
  LocalGroups groups(sink, 1);
  std::unique_ptr<Layer> layer = make_memory_layer(groups, sink);
  const wharf_connection connection = 0x123456789abcdef0u;
  std::string name = layer->channel_name(connection);
  CHECK(name.size() <= 255);
  CHECK(layer->channel_send(name, event()) == WHARF_OK);
  CHECK(sink.connections == std::vector<wharf_connection>{connection});
  for (const std::string& wrong :
       {std::string(), name + "0", name.substr(1), std::string("memory.x!1"), name + "g"}) {
    CHECK(layer->channel_send(wrong, event()) == WHARF_INVALID);
  }
  std::unique_ptr<Layer> other = make_memory_layer(groups, sink);
  CHECK(other->channel_send(name, event()) == WHARF_INVALID);
}
