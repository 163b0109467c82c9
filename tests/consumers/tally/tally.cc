// SPDX-License-Identifier: MIT
//
// Counts the messages of each connection, and can be replaced while it counts. The build defines
// TALLY_VERSION.
//
//   a text       -> "VERSION COUNT"
//   stay         -> "staying": from then on this connection refuses to be exported
//   join GROUP   -> "joined"; events "tally.text" {text} of the group are sent on
//
// config: {"refuse": true}   takes no connection over

#include <wharf/consumer.hpp>

#include <nlohmann/json.hpp>

#include <stdexcept>
#include <string>
#include <string_view>

namespace {

struct Settings {
  explicit Settings(const wharf::Host& host)
      : refuses(nlohmann::json::parse(host.config()).value("refuse", false)) {}
  bool refuses;
};

class Tally : public wharf::RouteConsumer<Settings> {
 public:
  void receive(std::string_view text) override {
    if (text == "stay") {
      stays = true;
      send("staying");
    } else if (text.starts_with("join ")) {
      group_add(text.substr(5));
      send("joined");
    } else {
      send(TALLY_VERSION " " + std::to_string(++count));
    }
  }

  void text(const wharf::Event& event) { send(event["text"]); }

  std::string export_state() const {
    if (stays) throw std::runtime_error("as asked");
    return "tally 1 " + std::to_string(count);
  }

  void import_state(std::string_view state) {
    if (route().refuses) throw std::runtime_error("as configured");
    count = std::stoi(std::string(state.substr(state.rfind(' ') + 1)));
  }

  static constexpr auto events = wharf::events(wharf::on("tally.text", &Tally::text));

 private:
  int count = 0;
  bool stays = false;
};

}  // namespace

WHARF_PLUGIN(Tally, .name = "tally", .version = TALLY_VERSION);
