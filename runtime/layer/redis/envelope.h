// The bytes of a message in Redis, as peers of channels_redis 4 write and read them.
//
// Core: 12 random bytes, which make equal messages differ in a sorted set, then the event's map, whose last
// entry
// "__asgi_channel__" names the channels it is for. Pub/sub: the map alone. With keys, the map is a Fernet
// token.
#pragma once

#include <chrono>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "layer/event.h"
#include "layer/redis/fernet.h"

namespace wharf::layer::redis {

// What came out of a queue.
struct Message {
  EventPtr event;
  std::vector<std::string> channels;  // empty when the message does not say
};

// One thread at a time. What fails says why, for a log.
class Envelope {
 public:
  // Encrypted messages older than `expiry` and ten seconds, which the peers grant, are refused. Plain ones
  // carry no time.
  explicit Envelope(std::chrono::seconds expiry, std::optional<Fernet> fernet = std::nullopt);

  // To one channel. For a name without a `!`, which is no process's own, there is nothing to add.
  Result<std::string> encode(const Event& event, std::string_view channel);
  // To those members of a group that share a queue.
  Result<std::string> encode(const Event& event, std::span<const std::string> channels);
  Result<Message> decode(std::string_view member) const;

  // Pub/sub, where age is not checked.
  Result<std::string> encode_plain(const Event& event) const;
  Result<EventPtr> decode_plain(std::string_view payload) const;

 private:
  Result<std::string> wrap(std::string packed);
  Result<std::string> seal(std::string packed) const;
  Result<std::string> open(std::string_view sealed, std::optional<std::chrono::seconds> oldest) const;

  std::chrono::seconds expiry_;
  std::optional<Fernet> fernet_;
  std::mt19937_64 random_;
};

}  // namespace wharf::layer::redis
