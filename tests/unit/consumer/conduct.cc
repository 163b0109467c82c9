// A consumer that does what it is told: each test picks the conduct by path or message.
#include <wharf/consumer.hpp>

#include <stdexcept>
#include <string>
#include <string_view>

#include "samples.h"

namespace {

int living = 0;

class Conduct : public wharf::Consumer {
 public:
  Conduct() { ++living; }
  ~Conduct() override { --living; }

  void connect() override {
    const std::string path(scope().path());
    if (path == "/throw") throw std::runtime_error("no luck");
    if (path == "/throw-int") throw 42;
    if (path == "/reject") reject(404, "nobody here");
    if (path == "/accept-twice") accept(), accept();
    if (path == "/accept-reject") accept(), send(std::to_string(reject()));
    if (path == "/close") close(4000, "not today");
    if (path == "/accept-close") accept(), close(4001, "goodbye");
    if (path == "/early") accept(), send("first"), group_add("early");
    if (path == "/capture") accept(), send(scope().capture("room"));
    if (path == "/scope") {
      accept();
      send(std::string(scope().user().name_or("anonymous")) + " " + std::string(scope().query_string()) +
           " " + std::string(scope().header("host").value_or("-")) + " " +
           std::string(scope().header("cookie").value_or("-")));
    }
    if (path == "/who") {
      accept();
      send(std::string(scope().user().method()) + " by " + std::string(scope().scheme()));
    }
    if (path == "/") accept();
    if (path == "/pending-throw") group_add("pending");
  }

  void receive(std::string_view text) override {
    if (text == "throw") throw std::runtime_error("as told");
    if (text == "scope") scope();
    if (text == "close") close();
    if (text == "accept again") send(std::to_string(accept()));
    if (text == "name") send(channel_name());
    if (text == "join") group_add("room");
    if (text == "say") group_send("room", "room.said", {{"text", "hi"}, {"from", std::string("me")}});
    if (text == "odd") group_send("room", "room.odd");
    if (text == "bare") group_send("room", "room.said");
    if (text == "whisper") channel_send(channel_name(), "room.said", {{"text", "psst"}});
    if (text == "post") post([this] { send("posted"); });
    if (text == "post throw") post([] { throw std::runtime_error("later"); });
    if (text == "orphan") host().post([] { throw std::runtime_error("nobody's"); });
    if (text == "log") log().info("a line");
  }

  void drain() override { send("drained"); }

  void disconnect(uint32_t code, std::string_view reason) override {
    log().info("left " + std::to_string(code) + " " + std::string(reason));
    if (reason == "throw") throw std::runtime_error("at the end");
  }

  void said(const wharf::Event& event) {
    if (event["text"] == "throw") throw std::runtime_error("in an event");
    send(event["text"]);
  }

  static constexpr auto events = wharf::events(wharf::on("room.said", &Conduct::said));
};

constexpr wharf::Plugin description{.name = "conduct", .version = "1.0.0", .subprotocols = {"b", "a"}};

class Constructed : public wharf::Consumer {
 public:
  Constructed() { accept(); }  // too early
};

}  // namespace

constinit const wharf_consumer conduct_entry = wharf::detail::entry<Conduct>(description);
constinit const wharf_consumer hasty_entry = wharf::detail::entry<Constructed>(description);
int living_consumers() { return living; }
