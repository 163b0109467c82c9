#include <wharf/ext/io.h>

#include <doctest/doctest.h>

#include <array>
#include <thread>

#include "borrowed_host.h"

namespace wharf::plugin {

TEST_CASE_FIXTURE(BorrowedHost, "the table says what it is") {
  CHECK(host->size == sizeof(wharf_host));
  CHECK(host->abi_major == WHARF_ABI_MAJOR);
  CHECK(std::string(host->name) == "wharf");
  CHECK(host->extension(host, "wharf.unheard-of/1") == nullptr);
  CHECK(host->extension(host, nullptr) == nullptr);
}

TEST_CASE("the config is what the route says, zero-terminated") {
  const BorrowedHost borrowed("{\"room\":\"lobby\"}");
  CHECK(std::string(borrowed.host->config.data) == "{\"room\":\"lobby\"}");
  CHECK(borrowed.host->config.size == 16);
}

TEST_CASE_FIXTURE(BorrowedHost, "good arguments reach the worker") {
  CHECK(host->send(host, 1, WHARF_TEXT, bytes("hello")) == WHARF_OK);
  CHECK(host->send(host, 1, WHARF_BINARY, {nullptr, 0}) == WHARF_OK);
  CHECK(services.sent == std::vector<std::string>{"hello", ""});
  CHECK(host->close(host, 1, 4001, bytes("Grüße")) == WHARF_OK);
  CHECK(services.closed == std::vector<std::pair<uint32_t, std::string>>{{4001, "Grüße"}});
  CHECK(host->group_add(host, 1, bytes("房间")) == WHARF_OK);
  CHECK(services.groups == std::vector<std::string>{"房间"});
  CHECK(log.text.str() == "");
}

TEST_CASE_FIXTURE(BorrowedHost, "an argument that can never be right is refused, with a line in the log") {
  const std::string long_reason(124, 'x');
  const std::string long_group(4097, 'g');
  const std::string not_utf8 = "\xff\xfe";
  const wharf_field bad_kind = {bytes("k"), bytes("v"), static_cast<wharf_kind>(7), 0};
  const wharf_field bad_text = {bytes("k"), bytes(not_utf8), WHARF_TEXT, 0};

  CHECK(host->send(host, 1, WHARF_TEXT, {nullptr, 5}) == WHARF_INVALID);
  CHECK(log.contains("consumer `lender`, worker 0: send refused: the data is NULL"));
  CHECK(host->send(host, 1, WHARF_TEXT, {"x", SIZE_MAX}) == WHARF_INVALID);
  CHECK(host->send(host, 1, static_cast<wharf_kind>(2), bytes("x")) == WHARF_INVALID);
  for (uint32_t code : {0u, 999u, 1004u, 1005u, 1006u, 1015u, 2999u, 5000u}) {
    CAPTURE(code);
    CHECK(host->close(host, 1, code, {}) == WHARF_INVALID);
  }
  for (uint32_t code : {1000u, 1003u, 1007u, 1014u, 3000u, 4999u}) {
    CAPTURE(code);
    CHECK(host->close(host, 1, code, {}) == WHARF_OK);
  }
  CHECK(host->close(host, 1, 1000, bytes(long_reason)) == WHARF_INVALID);
  CHECK(host->close(host, 1, 1000, bytes(not_utf8)) == WHARF_INVALID);
  CHECK(host->close(host, 1, 1000, bytes("\xed\xa0\x80")) == WHARF_INVALID);  // a surrogate
  CHECK(host->reject(host, 1, 200, {}) == WHARF_INVALID);
  CHECK(host->group_add(host, 1, {}) == WHARF_INVALID);
  CHECK(host->group_add(host, 1, bytes(long_group)) == WHARF_INVALID);
  CHECK(host->group_discard(host, 1, bytes(not_utf8)) == WHARF_INVALID);
  CHECK(host->group_send(host, bytes("g"), {}, nullptr, 0) == WHARF_INVALID);
  CHECK(host->group_send(host, bytes("g"), bytes("t"), nullptr, 1) == WHARF_INVALID);
  CHECK(host->group_send(host, bytes("g"), bytes("t"), &bad_kind, 1) == WHARF_INVALID);
  CHECK(host->group_send(host, bytes("g"), bytes("t"), &bad_text, 1) == WHARF_INVALID);
  CHECK(host->group_send_msgpack(host, bytes("g"), {}) == WHARF_INVALID);
  CHECK(host->channel_send(host, {}, bytes("t"), nullptr, 0) == WHARF_INVALID);
  CHECK(host->post(host, nullptr, nullptr) == WHARF_INVALID);
  CHECK(services.sent.empty());
  CHECK(services.groups.empty());
}

TEST_CASE_FIXTURE(BorrowedHost, "no exception reaches the plugin") {
  CHECK(host->group_add(host, 1, bytes("no memory")) == WHARF_FULL);
}

TEST_CASE_FIXTURE(BorrowedHost, "a channel name is written when it fits") {
  std::array<char, 20> buffer{};
  CHECK(host->channel_name(host, 1, buffer.data(), buffer.size()) == 19);
  CHECK(std::string(buffer.data()) == "specific.0123456789");
  buffer.fill('x');
  CHECK(host->channel_name(host, 1, buffer.data(), 19) == 19);
  CHECK(buffer[0] == 'x');
  CHECK(host->channel_name(host, 1, nullptr, 0) == 19);
}

TEST_CASE_FIXTURE(BorrowedHost, "a log line names the consumer, and cannot break out of its line") {
  host->log(host, WHARF_WARNING, 0, bytes("one\ntwo"));
  CHECK(log.contains("consumer `lender`, worker 0: one\\x0atwo"));
}

TEST_CASE_FIXTURE(BorrowedHost, "fail outside of create is only logged") {
  host->fail(host, "/room", bytes("too late"));
  CHECK(log.contains("fail refused"));
}

// --- post

namespace {

using Order = std::vector<std::string>;

struct Note {
  Order* order;
  std::string text;
};

void note(void*, void* argument) {
  const Note& self = *static_cast<Note*>(argument);
  self.order->push_back(self.text);
}

}  // namespace

TEST_CASE_FIXTURE(BorrowedHost, "posts run later, in the order of the calls") {
  Order order;
  Note first{&order, "first"};
  Note second{&order, "second"};
  CHECK(host->post(host, note, &first) == WHARF_OK);
  CHECK(host->post(host, note, &second) == WHARF_OK);
  CHECK(order.empty());
  CHECK(services.run_until([&] { return order.size() == 2; }));
  CHECK(order == Order{"first", "second"});
}

TEST_CASE_FIXTURE(BorrowedHost, "a post from another thread runs on the worker, with the instance") {
  struct Seen {
    std::thread::id thread;
    void* instance = nullptr;
  } seen;
  std::thread other([&] {
    CHECK(host->post(
              host,
              [](void* the_instance, void* argument) {
                *static_cast<Seen*>(argument) = {std::this_thread::get_id(), the_instance};
              },
              &seen) == WHARF_OK);
  });
  other.join();
  CHECK(services.run_until([&] { return seen.instance != nullptr; }));
  CHECK(seen.thread == std::this_thread::get_id());
  CHECK(seen.instance == lender);
}

TEST_CASE_FIXTURE(BorrowedHost,
                  "what was posted runs before destroy; in destroy nothing can be posted any more") {
  Order order;
  Note posted{&order, "posted"};
  REQUIRE(host->post(host, note, &posted) == WHARF_OK);
  lender->context = &order;
  lender->on_destroy = [](const wharf_host* table, void* context) {
    Order& seen = *static_cast<Order*>(context);
    seen.push_back("destroy");
    if (table->post(table, note, nullptr) == WHARF_GONE) seen.push_back("gone");
    if (table->send(table, 1, WHARF_TEXT, bytes("farewell")) == WHARF_OK) seen.push_back("sent");
  };
  instance.reset();
  CHECK(order == Order{"posted", "destroy", "gone", "sent"});
  // The errand that is still on its way finds nothing to do.
  services.run_until([] { return false; }, std::chrono::milliseconds(20));
  CHECK(order.size() == 4);
}

TEST_CASE_FIXTURE(BorrowedHost, "a post to a worker that has ended is gone") {
  Order order;
  Note unrun{&order, "never"};
  services.ended = true;
  CHECK(host->post(host, note, &unrun) == WHARF_GONE);
  instance.reset();
  CHECK(order.empty());
}

TEST_CASE("an instance that was refused leaves nothing running") {
  ReadableLog log;
  FakeServices services;
  const auto generation = Generation::open(
      {"busy_refusal", test_plugin("busy_refusal"), test_plugin("busy_refusal"), ""}, Unload::Never);
  REQUIRE(generation);
  const auto refused = Instance::create(*generation, "{}", services, log.log);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().json_pointer == "/busy");
}

}  // namespace wharf::plugin
