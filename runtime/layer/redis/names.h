// The names that a process and its connections have among the peers of channels_redis, and the keys in Redis
// that follow from names. Every name made here passes Django's check.
//
// A group may have any name here, an e-mail address for example, and it goes into the key as it is. That
// never disturbs a Django peer under the same prefix: channel names hold no `:`, so no queue has the key of a
// group, and Django refuses to add to or send to a group whose name it does not allow, so it never opens such
// a key.
#pragma once

#include <wharf/consumer.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wharf::layer::redis {

// What the process is called among the peers: 32 hexadecimal digits that nobody else has.
std::string random_process();

// [any-thread] Everything is constant after it is made.
class Names {
 public:
  // `process` is of random_process(); `prefix` has to be the peers' own.
  explicit Names(const std::string& process, std::string prefix = "asgi");

  // "specific.<process>!", which begins every name of this process in the core flavour.
  const std::string& own_part() const { return own_part_; }

  // Core: sorted sets of the members of a group, and of the messages that wait for a channel.
  std::string group_key(std::string_view group) const;
  std::string queue_key(std::string_view channel) const;

  // Pub/sub: the channels of Redis itself.
  std::string group_subscription(std::string_view group) const;
  std::string channel_subscription(std::string_view channel) const;

  // The name of a connection, 58 characters in core and 41 in pub/sub, and what it leads back to: nothing for
  // the names of other processes and of things that are no connection.
  std::string core_channel(wharf_connection connection) const;
  std::optional<wharf_connection> core_connection(std::string_view channel) const;
  std::string pubsub_channel(wharf_connection connection) const;
  std::optional<wharf_connection> pubsub_connection(std::string_view channel) const;

  // Core: the one member that stands for all connections of this process in the group of that number.
  std::string group_member(uint64_t number) const;
  std::optional<uint64_t> group_number(std::string_view channel) const;

 private:
  std::string prefix_;
  std::string own_part_;
  std::string pubsub_part_;
};

// The part of a channel name that says whose queue it is: up to and including the `!`, or the whole name.
std::string_view non_local(std::string_view channel);

// Whether a peer may be sent to under this name: one or more characters of [A-Za-z0-9_.-], then optionally a
// `!` and more of them, 99 characters in all. Django lets other digits than ASCII's, a newline at the end,
// and other letters behind the `!` through as well; the names that it makes never have any.
bool is_channel(std::string_view name);

}  // namespace wharf::layer::redis
