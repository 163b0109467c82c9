// A consumer that does what a test asks for. Two plugins are built of it: `probe`, which copes with
// WHARF_FULL by `drain`, and `probe_nodrain`, which does not.
//
// The path after its first segment says how the handshake goes:
//   /probe/reject/STATUS[/WHY]         refuses with STATUS
//   /probe/close/CODE[/REASON]         accepts, and closes at once
//   /probe/later/accept/MS             stays pending, and accepts after MS milliseconds
//   /probe/later/reject/MS             … rejects with 401 after MS milliseconds
//   /probe/later/throw/MS              … throws after MS milliseconds
//   /probe/never                       stays pending
//   /probe/early                       accepts, sends "early", joins the group "early"
//   /probe/throw                       throws
//   anything else                      accepts
//
// A text is a command, or is echoed when it is none. Binary messages are echoed. RESULT is OK, GONE, FULL, …
//   scope                              -> the handshake's scope as JSON
//   join GROUP | leave GROUP           -> RESULT
//   send GROUP TEXT                    an event "probe.text" to a group; -> RESULT unless OK
//   channel                            -> the channel name
//   to CHANNEL TEXT                    an event "probe.text" to one channel; -> RESULT unless OK
//   flood COUNT SIZE                   -> COUNT texts of SIZE bytes that begin with their number from 0, then
//                                      "flooded SENT", the number of those that were queued
//   binary SIZE                        -> that many zero bytes
//   buffered                           -> the bytes that wait
//   pause MS                           stops reading for MS milliseconds; -> "resumed"
//   timer MS                           -> "fired" after MS milliseconds
//   pool MS                            blocks a pool thread for MS milliseconds; -> "pooled", sent by the
//   pool
//                                      thread, then "done", sent by the worker
//   post                               -> "posted"
//   block MS                           blocks the worker
//   stale                              sends to the connection that ended last on this worker; -> RESULT
//   close CODE [REASON]                closes
//   after-close CODE                   closes, sends, and writes the RESULT of that send to the journal
//   throw | throw-event | throw-timer | throw-pool | throw-post | throw-disconnect
//                                      throws in receive, in an event handler, …
//
// Events: "probe.text" {text} is sent on as text, "probe.binary" {data} as binary; "probe.throw" throws;
// "probe.close" closes with 4002.
//
// config: {"journal": FILE}  one line per callback, CONNECTION being a number:
//                              create | connect CONNECTION PATH | drain CONNECTION |
//                              disconnect CONNECTION CODE REASON | after-close RESULT | destroy
//         {"refuse": WHY}    the plugin refuses, pointing at /refuse
//         {"throw": WHAT}    its create throws

#include <wharf/ext/io.hpp>
#include <wharf/ext/pool.hpp>

#include <nlohmann/json.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "journal.h"

namespace {

using nlohmann::json;
using std::chrono::milliseconds;

std::string name_of(wharf_result result) {
  static constexpr const char* names[] = {"OK", "GONE", "FULL", "DENIED", "INVALID", "UNAVAILABLE"};
  return result < std::size(names) ? names[result] : "result " + std::to_string(result);
}

// The words of a command; the last one takes all that is left.
std::vector<std::string> split(std::string_view text, char separator, size_t most) {
  std::vector<std::string> words;
  while (words.size() + 1 < most) {
    const size_t end = text.find(separator);
    if (end == std::string_view::npos) break;
    words.emplace_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  words.emplace_back(text);
  return words;
}

std::string as_json(const wharf::Scope& scope) {
  json headers = json::array();
  for (const wharf_header& header : scope.headers())
    headers.push_back({wharf::view(header.name), wharf::view(header.value)});
  json captures = json::array();
  for (const wharf_capture& capture : scope.captures())
    captures.push_back({wharf::view(capture.name), wharf::view(capture.text)});
  const json whole = {
      {"path", scope.path()},
      {"raw_path", scope.raw_path()},
      {"query_string", scope.query_string()},
      {"headers", headers},
      {"subprotocol", scope.subprotocol()},
      {"client", {scope.client_address(), scope.client_port()}},
      {"user",
       {{"id", scope.user().id()},
        {"username", scope.user().name()},
        {"is_authenticated", scope.user().is_authenticated()},
        {"method", scope.user().method()}}},
      {"captures", captures},
      {"secure", scope.secure()},
      {"scheme", scope.scheme()},
      {"route", scope.route()},
  };
  return whole.dump(-1, ' ', false, json::error_handler_t::replace);  // header values may be any bytes
}

// What the connections of one route and worker share.
class Shared {
 public:
  explicit Shared(const wharf::Host& host) : Shared(json::parse(host.config())) {}
  ~Shared() { journal.write("destroy"); }
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;

  const Journal journal;
  wharf_connection ended_last = 0;

 private:
  explicit Shared(const json& config)
      : journal(config.contains("journal") ? Journal(config.at("journal").get<std::string>()) : Journal()) {
    if (config.contains("refuse")) throw wharf::Refuse{"/refuse", config.at("refuse").get<std::string>()};
    if (config.contains("throw")) throw std::runtime_error(config.at("throw").get<std::string>());
    journal.write("create");
  }
};

class Probe : public wharf::RouteConsumer<Shared> {
 public:
  void connect() override {
    route().journal.write("connect " + std::to_string(connection()) + " " + std::string(scope().path()));
    scope_text_ = as_json(scope());
    const std::vector<std::string> words = split(scope().path().substr(1), '/', 4);
    const auto word = [&](size_t index) { return index < words.size() ? words[index] : std::string(); };
    const std::string conduct = word(1);
    if (conduct == "reject") {
      reject(static_cast<uint32_t>(std::stoul(word(2))), word(3));
    } else if (conduct == "close") {
      accept();
      close(static_cast<uint32_t>(std::stoul(word(2))), word(3));
    } else if (conduct == "later") {
      timer_ =
          wharf::Timer(*this, milliseconds(std::stoul(word(3))), [this, then = word(2)] { decide(then); });
    } else if (conduct == "early") {
      accept();
      send("early");
      group_add("early");
    } else if (conduct == "throw") {
      throw std::runtime_error("connect, as asked");
    } else if (conduct != "never") {
      accept();
    }
  }

  void receive(std::string_view text) override {
    const std::vector<std::string> words = split(text, ' ', 3);
    const auto command = commands().find(words[0]);
    if (command == commands().end() || command->second.words > words.size())
      send(text);
    else
      command->second.run(*this, words);
  }

  void receive_binary(wharf::Binary data) override { send_binary(data); }

#if PROBE_DRAINS
  void drain() override {
    route().journal.write("drain " + std::to_string(connection()));
    flood();
  }
#endif

  void disconnect(uint32_t code, std::string_view reason) override {
    route().ended_last = connection();
    route().journal.write("disconnect " + std::to_string(connection()) + " " + std::to_string(code) + " " +
                          std::string(reason));
    if (throws_at_the_end_) throw std::runtime_error("disconnect, as asked");
  }

  void on_text(const wharf::Event& event) { send(event["text"]); }
  void on_binary(const wharf::Event& event) { send_binary(event.binary("data")); }
  void on_throw(const wharf::Event&) { throw std::runtime_error("event, as asked"); }
  void on_close(const wharf::Event&) { close(4002, "told by an event"); }

  static constexpr auto events =
      wharf::events(wharf::on("probe.text", &Probe::on_text), wharf::on("probe.binary", &Probe::on_binary),
                    wharf::on("probe.throw", &Probe::on_throw), wharf::on("probe.close", &Probe::on_close));

 private:
  using Words = std::vector<std::string>;
  struct Command {
    size_t words;  // that it needs, its own name included
    std::function<void(Probe&, const Words&)> run;
  };
  static const std::map<std::string, Command>& commands();

  static milliseconds time(const Words& words) { return milliseconds(std::stoul(words[1])); }
  static uint32_t number(const Words& words) { return static_cast<uint32_t>(std::stoul(words[1])); }

  void decide(const std::string& then) {
    if (then == "accept") accept();
    if (then == "reject") reject(401, "not this time");
    if (then == "throw") throw std::runtime_error("pending, as asked");
  }

  void answer(wharf_result result) { send(name_of(result)); }
  void answer_unless_ok(wharf_result result) {
    if (result != WHARF_OK) answer(result);
  }

  // Sends what is left of the flood. Where `drain` is, it stops at WHARF_FULL and goes on there.
  void flood() {
    while (flood_next_ < flood_count_) {
      std::string text = std::to_string(flood_next_);
      text.resize(std::max(text.size(), flood_size_), '.');
      const wharf_result result = send(text);
      if (PROBE_DRAINS && result == WHARF_FULL) return;
      if (result == WHARF_OK) ++flood_sent_;
      ++flood_next_;
    }
    if (flood_count_ != 0 && send("flooded " + std::to_string(flood_sent_)) == WHARF_FULL && PROBE_DRAINS)
      return;
    flood_count_ = flood_next_ = 0;
  }

  std::string scope_text_;
  wharf::Timer timer_;
  size_t flood_next_ = 0, flood_count_ = 0, flood_size_ = 0, flood_sent_ = 0;
  bool throws_at_the_end_ = false;
};

const std::map<std::string, Probe::Command>& Probe::commands() {
  static const std::map<std::string, Command> table = {
      {"after-close",
       {2,
        [](Probe& self, const Words& words) {
          self.close(number(words), "after-close");
          self.route().journal.write("after-close " + name_of(self.send("too late")));
        }}},
      {"binary",
       {2, [](Probe& self, const Words& words) { self.send_binary(std::vector<std::byte>(number(words))); }}},
      {"block", {2, [](Probe&, const Words& words) { std::this_thread::sleep_for(time(words)); }}},
      {"buffered", {1, [](Probe& self, const Words&) { self.send(std::to_string(self.buffered())); }}},
      {"channel", {1, [](Probe& self, const Words&) { self.send(self.channel_name()); }}},
      {"close",
       {2, [](Probe& self,
              const Words& words) { self.close(number(words), words.size() > 2 ? words[2] : ""); }}},
      {"flood",
       {3,
        [](Probe& self, const Words& words) {
          self.flood_next_ = self.flood_sent_ = 0;
          self.flood_count_ = number(words);
          self.flood_size_ = std::stoul(words[2]);
          self.flood();
        }}},
      {"join", {2, [](Probe& self, const Words& words) { self.answer(self.group_add(words[1])); }}},
      {"leave", {2, [](Probe& self, const Words& words) { self.answer(self.group_discard(words[1])); }}},
      {"pause",
       {2,
        [](Probe& self, const Words& words) {
          wharf::pause(self, true);
          self.timer_ = wharf::Timer(self, time(words), [&self] {
            wharf::pause(self, false);
            self.send("resumed");
          });
        }}},
      {"pool",
       {2,
        [](Probe& self, const Words& words) {
          const auto work = [host = self.host(), connection = self.connection(), span = time(words)] {
            std::this_thread::sleep_for(span);
            host.send(connection, "pooled");
          };
          self.answer_unless_ok(wharf::run_in_pool(self, work, [&self] { self.send("done"); }));
        }}},
      {"post", {1, [](Probe& self, const Words&) { self.post([&self] { self.send("posted"); }); }}},
      {"scope", {1, [](Probe& self, const Words&) { self.send(self.scope_text_); }}},
      {"send",
       {3,
        [](Probe& self, const Words& words) {
          self.answer_unless_ok(self.group_send(words[1], "probe.text", {{"text", words[2]}}));
        }}},
      {"stale",
       {1, [](Probe& self,
              const Words&) { self.answer(self.host().send(self.route().ended_last, "to nobody")); }}},
      {"throw", {1, [](Probe&, const Words&) { throw std::runtime_error("receive, as asked"); }}},
      {"throw-disconnect", {1, [](Probe& self, const Words&) { self.throws_at_the_end_ = true; }}},
      {"throw-event",
       {1,
        [](Probe& self, const Words&) {
          self.answer_unless_ok(self.channel_send(self.channel_name(), "probe.throw"));
        }}},
      {"throw-pool",
       {1,
        [](Probe& self, const Words&) {
          wharf::run_in_pool(
              self, [] { throw std::runtime_error("pool, as asked"); }, [] {});
        }}},
      {"throw-post",
       {1, [](Probe& self, const Words&) { self.post([] { throw std::runtime_error("post, as asked"); }); }}},
      {"throw-timer",
       {1,
        [](Probe& self, const Words&) {
          self.timer_ =
              wharf::Timer(self, milliseconds(1), [] { throw std::runtime_error("timer, as asked"); });
        }}},
      {"timer",
       {2,
        [](Probe& self, const Words& words) {
          self.timer_ = wharf::Timer(self, time(words), [&self] { self.send("fired"); });
        }}},
      {"to",
       {3,
        [](Probe& self, const Words& words) {
          self.answer_unless_ok(self.channel_send(words[1], "probe.text", {{"text", words[2]}}));
        }}},
  };
  return table;
}

}  // namespace

WHARF_PLUGIN(Probe, .name = PROBE_NAME, .version = "1.0.0", .summary = "does what a test asks for",
             .subprotocols = {"probe.v2", "probe.v1"});
