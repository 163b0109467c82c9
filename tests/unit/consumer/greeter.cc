// The sample that docs/plugin-authors.md quotes: a route's state from its config, a timer, a job for the
// pool.
#include <wharf/ext/io.hpp>
#include <wharf/ext/pool.hpp>

#include <nlohmann/json.hpp>

#include <chrono>
#include <string>
#include <string_view>

#include "samples.h"

namespace {

// Stands for something that takes its time: a file, a database, a name server.
std::string look_up(const std::string& name) { return "all about " + name; }

// One per route and worker.
struct Settings {
  explicit Settings(const wharf::Host& host) {
    const nlohmann::json config = nlohmann::json::parse(host.config());
    greeting = config.value("greeting", "Hello");
    if (greeting.empty()) throw wharf::Refuse{"/greeting", "is empty: leave it out for \"Hello\""};
  }
  std::string greeting;
};

// One per connection.
class Greeter : public wharf::RouteConsumer<Settings> {
 public:
  void connect() override {
    accept();
    send(route().greeting);
    silence = wharf::Timer(*this, std::chrono::seconds(30), [this] { close(4000, "you said nothing"); });
  }

  void receive(std::string_view text) override {
    silence.cancel();
    const auto work = [name = std::string(text)] { return look_up(name); };  // on a thread of the pool
    const auto done = [this](const std::string& found) { send(found); };     // on the worker again
    if (wharf::run_in_pool(*this, work, done) == WHARF_FULL) send("too busy, ask again");
  }

 private:
  wharf::Timer silence;
};

constexpr wharf::Plugin description{.name = "greeter", .version = "1.0.0"};

}  // namespace

constinit const wharf_consumer greeter_entry = wharf::detail::entry<Greeter>(description);
