// A consumer whose connections share a state that is made from the route's config.
#include <wharf/consumer.hpp>

#include <stdexcept>
#include <string>

#include "samples.h"

namespace {

int living = 0;

class Settings {
 public:
  explicit Settings(const wharf::Host& host) : greeting(host.config()) {
    if (greeting == "refuse") throw wharf::Refuse{"/greeting", "must be friendly"};
    if (greeting == "throw") throw std::runtime_error("unreadable");
    if (greeting == "throw int") throw 42;
    ++living;
  }
  ~Settings() { --living; }
  Settings(const Settings&) = delete;
  Settings& operator=(const Settings&) = delete;

  const std::string greeting;
  int visits = 0;
};

class Greeter : public wharf::RouteConsumer<Settings> {
 public:
  void connect() override {
    accept();
    send(route().greeting + " " + std::to_string(++route().visits));
  }
  ~Greeter() override { --route().visits; }  // the state outlives every connection
};

constexpr wharf::Plugin description{.name = "settings", .version = "1.0.0"};

}  // namespace

constinit const wharf_consumer settings_entry = wharf::detail::entry<Greeter>(description);
int living_settings() { return living; }
