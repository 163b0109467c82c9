#include "layer/redis/envelope.h"

#include <doctest/doctest.h>
#include <openssl/evp.h>

#include <set>
#include <string>
#include <vector>

#include "vectors.h"

using namespace std::chrono_literals;
using namespace std::string_literals;
using namespace wharf::layer::redis;
using nlohmann::json;
using wharf::Result;
using wharf::layer::Event;
using wharf::layer::EventPtr;

namespace {

constexpr std::chrono::seconds ages{int64_t{1} << 40};
const std::string random_bytes(12, '\0');
const std::string hello = "\x82\xa4type\xa1t\xa4text\xa5hello";

std::string view(wharf_bytes bytes) { return {bytes.data, bytes.size}; }

EventPtr event_of(std::string_view packed) {
  Result<EventPtr> event = Event::from_msgpack(packed);
  REQUIRE(event.has_value());
  return *event;
}

Envelope encrypted(const std::vector<std::string>& keys, std::chrono::seconds expiry = ages) {
  Result<Fernet> fernet = Fernet::make(keys);
  REQUIRE(fernet.has_value());
  return Envelope(expiry, *fernet);
}

std::string body(const Result<std::string>& member) {
  REQUIRE(member.has_value());
  REQUIRE(member->size() >= 12);
  return member->substr(12);
}

std::string why_refused(const Envelope& envelope, std::string_view member) {
  const Result<Message> message = envelope.decode(member);
  return message ? "it was not" : message.error().text;
}

bool says(const std::string& why, std::string_view part) { return why.find(part) != std::string::npos; }

std::string map_head(size_t entries) {
  const auto byte = [entries](int shift) { return static_cast<char>(entries >> shift); };
  if (entries < 16) return std::string(1, static_cast<char>(0x80 + entries));
  if (entries < 65536) return "\xde"s + byte(8) + byte(0);
  return "\xdf"s + byte(24) + byte(16) + byte(8) + byte(0);
}

std::string map_of(size_t entries) {
  std::string packed = map_head(entries) + "\xa4type\xa1t";
  for (size_t i = 1; i < entries; ++i) packed += "\xa1k\x01";
  return packed;
}

}  // namespace

TEST_CASE("every recorded message goes both ways unchanged") {
  Envelope envelope(60s);
  size_t checked = 0;
  for (const json& vector : read_vectors("channels_redis_core.json", "messages")) {
    if (!vector.contains("msgpack_hex")) continue;
    const std::string packed = from_hex(vector["msgpack_hex"].get<std::string>());
    const EventPtr event = event_of(packed);
    CHECK(body(envelope.encode(*event, "worker-jobs")) == packed);
    CHECK(envelope.encode_plain(*event) == packed);
    ++checked;
    if (!vector.contains("example_member_hex")) continue;
    const Result<Message> message =
        envelope.decode(from_hex(vector["example_member_hex"].get<std::string>()));
    REQUIRE(message.has_value());
    CHECK(view(message->event->msgpack) == packed);
    CHECK(message->channels.empty());
  }
  CHECK(checked == 14);
  for (const json& vector : read_vectors("channels_redis_pubsub.json", "messages")) {
    const std::string payload = from_hex(vector["payload_hex"].get<std::string>());
    const Result<EventPtr> event = envelope.decode_plain(payload);
    REQUIRE(event.has_value());
    CHECK(envelope.encode_plain(**event) == payload);
    ++checked;
  }
  CHECK(checked == 22);
}

TEST_CASE("a text of 65536 bytes is packed as Python does") {
  for (const json& vector : read_vectors("channels_redis_core.json", "messages")) {
    if (!vector.contains("msgpack_sha256")) continue;
    const std::string text(65536, 'x');
    const wharf_field field{{"text", 4}, {text.data(), text.size()}, WHARF_TEXT, 0};
    const std::string packed = *Envelope(60s).encode_plain(**Event::from_fields("user.message", {&field, 1}));
    CHECK(packed.size() == vector["msgpack_length"]);
    CHECK(packed.starts_with(from_hex(vector["msgpack_first_40_bytes_hex"].get<std::string>())));
    unsigned char digest[32];
    REQUIRE(EVP_Digest(packed.data(), packed.size(), digest, nullptr, EVP_sha256(), nullptr) == 1);
    CHECK(std::string(reinterpret_cast<char*>(digest), 32) ==
          from_hex(vector["msgpack_sha256"].get<std::string>()));
    return;
  }
  FAIL("no such vector");
}

TEST_CASE("addresses are packed as channels_redis does, and read back") {
  Envelope envelope(60s);
  size_t checked = 0;
  for (const json& vector : read_vectors("channels_redis_core.json", "addressed")) {
    const std::string packed = from_hex(vector["msgpack_hex"].get<std::string>());
    const std::string text = vector["message"]["text"];
    const wharf_field field{{"text", 4}, {text.data(), text.size()}, WHARF_TEXT, 0};
    const EventPtr event = *Event::from_fields(vector["message"]["type"].get<std::string>(), {&field, 1});
    std::vector<std::string> channels;
    if (vector.contains("members")) {
      channels = vector["members"].get<std::vector<std::string>>();
      CHECK(body(envelope.encode(*event, channels)) == packed);
    } else {
      channels = {vector["channel"].get<std::string>()};
      CHECK(body(envelope.encode(*event, channels[0])) == packed);
      if (channels[0] == "worker-jobs") channels.clear();
    }
    const Result<Message> message = envelope.decode(random_bytes + packed);
    REQUIRE(message.has_value());
    CHECK(message->channels == channels);
    CHECK(view(message->event->msgpack) == view(event->msgpack));
    ++checked;
  }
  CHECK(checked == 3);
}

TEST_CASE("encrypted members are read, and those that are too old, or of another key, are not") {
  size_t checked = 0;
  for (const json& vector : read_vectors("channels_redis_core.json", "encrypted")) {
    const std::string key = vector["key"];
    const std::string member = from_hex(vector["member_hex_with_zero_prefix"].get<std::string>());
    const std::string packed = from_hex(vector["plain_msgpack_hex"].get<std::string>());
    const Result<Message> message = encrypted({"new", key}).decode(member);
    REQUIRE(message.has_value());
    CHECK(view(message->event->msgpack) == packed);
    CHECK(says(why_refused(encrypted({key}, 60s), member), "older"));
    CHECK(says(why_refused(encrypted({"other"}), member), "key"));
    CHECK(says(why_refused(Envelope(60s), member), "no keys are configured"));
    // Pub/sub checks no age.
    const Result<EventPtr> plain = encrypted({key}, 60s).decode_plain(vector["token"].get<std::string>());
    REQUIRE(plain.has_value());
    CHECK(view((*plain)->msgpack) == packed);
    ++checked;
  }
  CHECK(checked == 3);
  const EventPtr event = event_of(hello);
  Envelope own = encrypted({"k"}, 60s);
  const Result<Message> message = own.decode(*own.encode(*event, "a!b"));
  REQUIRE(message.has_value());
  CHECK(message->channels == std::vector<std::string>{"a!b"});
  CHECK(view(message->event->msgpack) == hello);
  CHECK(view((*own.decode_plain(*own.encode_plain(*event)))->msgpack) == hello);
  CHECK(says(why_refused(own, random_bytes + hello), "not encrypted"));
}

TEST_CASE("the head of the map grows with its entries, and everything else stays") {
  Envelope envelope(60s);
  for (size_t entries : {1u, 14u, 15u, 16u, 65534u, 65535u, 65536u}) {
    CAPTURE(entries);
    const std::string packed = map_of(entries);
    const EventPtr event = event_of(packed);
    const std::string sent = body(envelope.encode(*event, "a!b"));
    CHECK(sent == map_head(entries + 1) + packed.substr(map_head(entries).size()) +
                      "\xb0__asgi_channel__\xa3"
                      "a!b");
    const Result<Message> message = envelope.decode(random_bytes + sent);
    REQUIRE(message.has_value());
    CHECK(view(message->event->msgpack) == packed);
  }
  // A head that is longer than it need be.
  CHECK(body(envelope.encode(*event_of("\xdf\0\0\0\1\xa4type\xa1t"s), "a!b")) ==
        "\x82\xa4type\xa1t\xb0__asgi_channel__\xa3"
        "a!b");
}

TEST_CASE("an event that brings an address of its own gets ours instead") {
  Envelope envelope(60s);
  const EventPtr event = event_of("\x83\xb0__asgi_channel__\x01\xa4type\xa1t\xb0__asgi_channel__\xa1x");
  CHECK(body(envelope.encode(*event, "a!b")) ==
        "\x82\xa4type\xa1t\xb0__asgi_channel__\xa3"
        "a!b");
  CHECK(body(envelope.encode(*event, "worker")) == "\x81\xa4type\xa1t");
  const std::vector<std::string> channels(20, "a!b");
  const Result<Message> message = envelope.decode(*envelope.encode(*event, channels));
  REQUIRE(message.has_value());
  CHECK(message->channels == channels);
  CHECK(view(message->event->msgpack) == "\x81\xa4type\xa1t");
}

TEST_CASE("equal messages have different bytes") {
  Envelope one(60s);
  Envelope two(60s);
  const EventPtr event = event_of(hello);
  std::set<std::string> members;
  for (int i = 0; i < 100; ++i) {
    members.insert(*one.encode(*event, "a!b"));
    members.insert(*two.encode(*event, "a!b"));
  }
  CHECK(members.size() == 200);
}

TEST_CASE("a refusal says what was wrong") {
  const Envelope envelope(60s);
  const std::string typed = random_bytes + "\x82\xa4type\xa1t";
  const std::string addressed = typed + "\xb0__asgi_channel__";
  const struct {
    std::string member;
    const char* why;
  } cases[] = {
      {"", "12 random bytes"},
      {random_bytes.substr(1), "12 random bytes"},
      {random_bytes, "a MessagePack map"},
      {random_bytes + "\x90", "a MessagePack map"},
      {random_bytes + "\x81\xc1", "begins no value"},
      {random_bytes + "\x81\xa4type", "in the middle"},
      {typed + "\xa1x\xc0\xc0", "more follows"},
      {typed + "\x01\xc0", "a key of an event is text"},
      {typed + "\xc4\1x\xc0", "a key of an event is text"},
      {typed + "\xd4\1x\xc0", "extension types"},
      {typed + "\xa1x\x91\xd4\1x", "extension types"},
      {typed + "\xa1x\x81\x01\xc0", "a key of a map"},
      {random_bytes + "\x80", "\"type\""},
      {random_bytes + "\x81\xa4type\x01", "\"type\""},
      {random_bytes + "\x81\xa4type\xc4\1t", "\"type\""},
      {addressed + "\x01", "__asgi_channel__ is"},
      {addressed + "\xc0", "__asgi_channel__ is"},
      {addressed + "\xc4\1x", "__asgi_channel__ is"},
      {addressed + "\x80", "__asgi_channel__ is"},
      {addressed + "\x92\xa1x\x01", "__asgi_channel__ is"},
      {addressed + "\x91\x91\xa1x", "__asgi_channel__ is"},
      {random_bytes + "\x81\xb0__asgi_channel__\xa1x", "\"type\""},
  };
  for (const auto& bad : cases) {
    const std::string why = why_refused(envelope, bad.member);
    CAPTURE(why);
    CAPTURE(bad.why);
    CHECK(says(why, bad.why));
  }
  // What is odd, but may be.
  CHECK(envelope.decode(addressed + "\x90")->channels.empty());
  CHECK(envelope.decode(addressed + "\xdc\0\1\xd9\1x"s)->channels == std::vector<std::string>{"x"});
}

TEST_CASE("no beginning of a good message is a message") {
  const EventPtr event =
      event_of("\x83\xa4type\xa1t\xa1l\x93\x01\xcb\0\0\0\0\0\0\0\0\xc4\2xy\xa1m\x81\xa1k\xcd\1\1"s);
  for (bool encrypts : {false, true}) {
    Envelope envelope = encrypts ? encrypted({"k"}) : Envelope(60s);
    const std::string member = *envelope.encode(*event, std::vector<std::string>{"a!b", "a!c"});
    REQUIRE(envelope.decode(member).has_value());
    for (size_t size = 0; size < member.size(); ++size) {
      CHECK_FALSE(envelope.decode(member.substr(0, size)).has_value());
    }
    CHECK_FALSE(envelope.decode(member + "A").has_value());
    const std::string payload = *envelope.encode_plain(*event);
    for (size_t size = 0; size < payload.size(); ++size) {
      CHECK_FALSE(envelope.decode_plain(payload.substr(0, size)).has_value());
    }
  }
}
