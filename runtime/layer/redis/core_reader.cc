#include "layer/redis/core_reader.h"

#include <fmt/format.h>

#include <utility>

namespace wharf::layer::redis {

namespace {

constexpr config::Duration longest_wait{5000};
constexpr size_t at_once = 100;

}  // namespace

CoreReader::CoreReader(uv_loop_t* loop, const config::RedisHost& host, HostState& state,
                       const config::ChannelLayer& settings, const Names& names, const Envelope& envelope,
                       Receivers receivers, Drops& drops, telemetry::Log& log)
    : settings_(settings),
      names_(names),
      envelope_(envelope),
      receivers_(receivers),
      drops_(drops),
      log_(log),
      queue_(names.queue_key(names.own_part())),
      client_(loop, host, settings.timeout, state, {[this] { wait(); }, [] {}, nullptr}) {}

void CoreReader::wait() {
  const std::string seconds = std::to_string(longest_wait.count() / 1000);
  client_.command(
      {"BZPOPMIN", queue_, seconds},
      [this](const redisReply* reply) {
        if (reply == nullptr) return;  // `ready` begins anew
        if (reply->type == REDIS_REPLY_ARRAY && reply->elements == 3) {
          deliver(text_of(*reply->element[1]));
          take_more();
        } else if (reply->type == REDIS_REPLY_NIL) {
          wait();
        } else {
          refuse(*reply);
        }
      },
      longest_wait);
}

void CoreReader::take_more() {
  client_.command({"ZPOPMIN", queue_, std::to_string(at_once)}, [this](const redisReply* reply) {
    if (reply == nullptr) return;
    if (reply->type != REDIS_REPLY_ARRAY) return refuse(*reply);
    for (size_t i = 0; i + 1 < reply->elements; i += 2) deliver(text_of(*reply->element[i]));
    if (reply->elements < 2 * at_once) {
      wait();
    } else {
      take_more();
    }
  });
}

void CoreReader::refuse(const redisReply& reply) {
  if (cannot_serve(reply)) return;  // `ready` begins anew
  if (!told_) log_.warn("channel layer: Redis does not let this process read its queue: {}", describe(reply));
  told_ = refused_ = true;
}

void CoreReader::tend() {
  // Told once for each time that it goes wrong.
  if (!refused_) told_ = false;
  if (std::exchange(refused_, false) && client_.ready()) wait();
}

void CoreReader::deliver(std::string_view member) {
  if (member.size() > settings_.pending) {
    return drops_.count(Reason::TooLarge, fmt::format("a message of {} bytes", member.size()));
  }
  Result<Message> message = envelope_.decode(member);
  if (!message) return drops_.count(Reason::Unreadable, message.error().text);
  if (message->channels.empty()) return drops_.count(Reason::UnknownReceiver, "it names no channel");
  for (const std::string& channel : message->channels) deliver_to(channel, message->event);
}

void CoreReader::deliver_to(const std::string& channel, const EventPtr& event) {
  bool room = true;
  if (const std::optional<uint64_t> number = names_.group_number(channel)) {
    // A group that was left a moment ago is no loss.
    const std::string* group = receivers_.memberships.find(*number);
    room = group == nullptr || receivers_.local.deliver(*group, event) == WHARF_OK;
  } else if (const std::optional<wharf_connection> connection = names_.core_connection(channel)) {
    room = receivers_.sink.to_connection(*connection, event);
  } else {
    return drops_.count(Reason::UnknownReceiver, fmt::format("channel `{}`", channel));
  }
  if (!room) drops_.count(Reason::NoRoom, fmt::format("channel `{}`", channel));
}

}  // namespace wharf::layer::redis
