#include "layer/redis/drops.h"

#include <doctest/doctest.h>
#include <spdlog/sinks/ostream_sink.h>

#include <memory>
#include <sstream>

using namespace wharf::layer::redis;
using namespace std::chrono_literals;

namespace {

struct Scene {
  std::ostringstream text;
  wharf::telemetry::Log log{"test", std::make_shared<spdlog::sinks::ostream_sink_mt>(text)};
  Drops::Clock::time_point now = Drops::Clock::now();
  Drops drops{log, [this] { return now; }};

  Scene() { log.set_pattern("%v"); }

  // What was said since the last time.
  std::string said() {
    std::string lines = text.str();
    text.str({});
    return lines;
  }
};

}  // namespace

TEST_CASE("the first loss of a kind is told at once, with its occasion") {
  Scene scene;
  scene.drops.count(Reason::Refused, "group `g`: OOM");
  CHECK(scene.said() == "channel layer: an event is lost: Redis refuses it: group `g`: OOM\n");
  scene.drops.count(Reason::Unreadable, "not MessagePack", 3);
  CHECK(scene.said() == "channel layer: 3 events are lost: it cannot be read: not MessagePack\n");
}

TEST_CASE("a flood is one line at intervals, and nothing of it is forgotten") {
  Scene scene;
  scene.drops.count(Reason::NoRoom, "group `a`");
  scene.said();
  for (int i = 0; i < 1000; ++i) scene.drops.count(Reason::NoRoom, "group `b`");
  scene.drops.tell();
  CHECK(scene.said().empty());
  scene.now += 10s;
  scene.drops.tell();
  CHECK(scene.said() ==
        "channel layer: 1000 events are lost: a worker has `pending` bytes of events waiting: group `b`\n");
  scene.now += 10s;
  scene.drops.tell();
  CHECK(scene.said().empty());
  CHECK(scene.drops.total(Reason::NoRoom) == 1001);
  CHECK(scene.drops.total() == 1001);
}

TEST_CASE("what a stranger chose cannot paint the terminal") {
  Scene scene;
  scene.drops.count(Reason::UnknownReceiver, "channel `\x1b[31m`");
  CHECK(scene.said() == "channel layer: an event is lost: it is for nobody here: channel `\\x1b[31m`\n");
}
