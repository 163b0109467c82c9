#include "config/limits.h"

#include <fmt/format.h>

#include "config/quote.h"
#include "config/scalar.h"
#include "config/section.h"

namespace wharf::config {

namespace {

constexpr uint64_t KiB = 1 << 10;
constexpr uint64_t MiB = 1 << 20;
constexpr uint64_t GiB = 1 << 30;
constexpr Range<Duration> any_duration = {Duration(1), Duration(std::chrono::hours(365 * 24))};

// The takers of one section: each leaves its target alone when the key is absent or wrong.
class Taker {
 public:
  Taker(Section& section, Findings& findings) : section_(section), findings_(findings) {}

  void size(const std::string& key, uint64_t& target, Range<uint64_t> range) {
    if (const Node* node = section_.take(key))
      target = read_size(*node, key, range, findings_).value_or(target);
  }
  void number(const std::string& key, uint64_t& target, Range<uint64_t> range) {
    if (const Node* node = section_.take(key))
      target = read_number(*node, key, range, findings_).value_or(target);
  }
  void duration(const std::string& key, Duration& target) { take_duration(key, target, false); }
  void duration_or_off(const std::string& key, Duration& target) { take_duration(key, target, true); }

 private:
  void take_duration(const std::string& key, Duration& target, bool may_be_off) {
    const Node* node = section_.take(key);
    if (node == nullptr) return;
    target = read_duration(*node, key, any_duration, may_be_off, findings_).value_or(target);
  }

  Section& section_;
  Findings& findings_;
};

void take_limits(Section& section, Limits& limits, Findings& findings) {
  Taker take(section, findings);
  take.size("message", limits.message, {1, GiB});
  take.size("outbox", limits.outbox, {KiB, 4 * GiB});
  if (const Node* node = section.take("slow_consumer")) {
    std::optional<size_t> choice = read_choice(*node, "slow_consumer", {"close", "drop"}, findings);
    if (choice) limits.slow_consumer = *choice == 0 ? SlowConsumer::Close : SlowConsumer::Drop;
  }
  take.duration_or_off("idle", limits.idle);
  take.duration_or_off("ping", limits.ping);
  take.duration("pong", limits.pong);
  take.duration("close", limits.close);
}

}  // namespace

void read_server_limits(const Node& node, Limits& limits, GateLimits& gate, Findings& findings) {
  Section section(node, "`limits`", findings);
  take_limits(section, limits, findings);
  Taker take(section, findings);
  take.duration("handshake", gate.handshake);
  take.size("head", gate.head, {KiB, MiB});
  take.number("connections", gate.connections, {0, 100'000'000});
  section.finish();
}

void read_route_limits(const Node& node, Limits& limits, Findings& findings) {
  Section section(node, "the `limits` of a route", findings);
  take_limits(section, limits, findings);
  for (const char* key : {"handshake", "head", "connections"}) {
    section.refuse(key, fmt::format("{} is decided before the route is known", quote(key)),
                   "move it into the `limits` at the top level");
  }
  section.finish();
}

}  // namespace wharf::config
