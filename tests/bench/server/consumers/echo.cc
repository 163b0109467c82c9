// SPDX-License-Identifier: MIT
//
// Answers each text with itself.

#include <wharf/consumer.hpp>

#include <string_view>

namespace {

class Echo : public wharf::Consumer {
 public:
  void receive(std::string_view text) override { send(text); }
};

}  // namespace

WHARF_PLUGIN(Echo, .name = "echo", .version = "1.0.0");
