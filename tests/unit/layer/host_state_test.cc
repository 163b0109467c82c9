#include "layer/redis/host_state.h"

#include <doctest/doctest.h>
#include <spdlog/sinks/ostream_sink.h>

#include <memory>
#include <sstream>

using wharf::layer::redis::HostState;

namespace {

struct Scene {
  std::ostringstream text;
  wharf::telemetry::Log log{"test", std::make_shared<spdlog::sinks::ostream_sink_mt>(text)};
  HostState state{"redis://h:1/0", 2, log};

  Scene() { log.set_pattern("%v"); }
  std::string said() {
    std::string lines = text.str();
    text.str({});
    return lines;
  }
};

}  // namespace

TEST_CASE("a server can be used when all its clients are up") {
  Scene scene;
  scene.state.up();
  CHECK_FALSE(scene.state.usable());
  scene.state.up();
  CHECK(scene.state.usable());
  CHECK(scene.said() == "channel layer: Redis (redis://h:1/0) is connected\n");
  scene.state.down("gone", true);
  CHECK_FALSE(scene.state.usable());
}

TEST_CASE("an outage is told once for each reason, and its end") {
  Scene scene;
  for (int attempt = 0; attempt < 5; ++attempt) {
    scene.state.down("connection refused", false);
    scene.state.down("it does not answer", false);
  }
  CHECK(scene.said() ==
        "channel layer: Redis (redis://h:1/0) is away: connection refused; trying again\n"
        "channel layer: Redis (redis://h:1/0) is away: it does not answer; trying again\n");
  for (int reason = 0; reason < 100; ++reason) scene.state.down("nonsense " + std::to_string(reason), false);
  CHECK(scene.said().size() < 1000);
  scene.state.up();
  scene.state.up();
  CHECK(scene.said() == "channel layer: Redis (redis://h:1/0) is back\n");
}

TEST_CASE("a server that refuses what it is given is not to be tried for a moment") {
  Scene scene;
  scene.state.up();
  scene.state.up();
  scene.state.refuses();
  CHECK_FALSE(scene.state.usable());
}

TEST_CASE("the others hear when a client goes down") {
  Scene scene;
  int heard = 0;
  scene.state.when_down([&heard] { ++heard; });
  scene.state.up();
  CHECK(heard == 0);
  scene.state.down("gone", true);
  CHECK(heard == 1);
}
