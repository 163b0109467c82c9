// SPDX-License-Identifier: MIT
//
// All visitors are one group, and hear what one of them says: the message consumer with one text instead of
// two.

#include <wharf/consumer.hpp>

#include <string_view>

namespace {

class Relay : public wharf::Consumer {
 public:
  void connect() override {
    accept();
    group_add("relay");
  }

  void disconnect() override { group_discard("relay"); }

  void receive(std::string_view text) override { group_send("relay", "relay.text", {{"text", text}}); }

  void relay_text(const wharf::Event& event) { send(event["text"]); }

  static constexpr auto events = wharf::events(wharf::on("relay.text", &Relay::relay_text));
};

}  // namespace

WHARF_PLUGIN(Relay, .name = "relay", .version = "1.0.0");
