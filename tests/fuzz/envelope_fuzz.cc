// Any bytes as a message out of Redis: a message or a reason, never a crash, and what was read is written and
// read again as the same. With keys, the bytes come both as the token and as what a good token holds.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "layer/redis/envelope.h"

namespace {

using namespace wharf;
using namespace wharf::layer;
using namespace wharf::layer::redis;

void require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "envelope_fuzz: %s\n", what);
  std::abort();
}

std::string_view view(wharf_bytes bytes) { return {bytes.data, bytes.size}; }

struct Peers {
  Fernet fernet = *Fernet::make(std::vector<std::string>{"key", "older key"});
  Envelope plain{std::chrono::seconds(60)};
  Envelope encrypted{std::chrono::seconds(60), fernet};
};

void check(Envelope& envelope, std::string_view member) {
  const Result<Message> message = envelope.decode(member);
  if (!message) {
    require(!message.error().text.empty(), "a refusal without a reason");
    return;
  }
  const std::string_view event = view(message->event->msgpack);
  require(message->event->type.size > 0, "an event without a type");
  require(message->event->has(message->event.get(), "__asgi_channel__") == 0, "the address was left in");
  require(event.size() <= member.size() + 4, "an event larger than its message");
  const Result<Message> again = envelope.decode(*envelope.encode(*message->event, message->channels));
  require(again.has_value(), "what was written cannot be read");
  require(again->channels == message->channels, "the channels changed");
  require(view(again->event->msgpack) == event, "the event changed");
}

void check_plain(const Envelope& envelope, std::string_view payload) {
  const Result<EventPtr> event = envelope.decode_plain(payload);
  if (!event) {
    require(!event.error().text.empty(), "a refusal without a reason");
    return;
  }
  const Result<EventPtr> again = envelope.decode_plain(*envelope.encode_plain(**event));
  require(again.has_value() && view((*again)->msgpack) == view((*event)->msgpack), "the event changed");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static Peers peers;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string token = *peers.fernet.encrypt(input);
  check(peers.plain, input);
  check(peers.encrypted, input);
  check(peers.encrypted, std::string(12, '\0') + token);
  check_plain(peers.plain, input);
  check_plain(peers.encrypted, input);
  check_plain(peers.encrypted, token);
  return 0;
}
