#include "auth/django/redis_cache.h"

#include <fmt/format.h>

#include <initializer_list>
#include <utility>
#include <vector>

#include "telemetry/log.h"

namespace wharf::auth::django {

namespace {

struct ReplyFree {
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using Reply = std::unique_ptr<redisReply, ReplyFree>;

timeval to_timeval(config::Duration duration) {
  return {static_cast<time_t>(duration.count() / 1000),
          static_cast<suseconds_t>(duration.count() % 1000 * 1000)};
}

// Null when the connection has failed.
Reply command(redisContext& connection, std::initializer_list<std::string_view> words) {
  std::vector<const char*> texts;
  std::vector<size_t> sizes;
  for (std::string_view word : words) {
    texts.push_back(word.data());
    sizes.push_back(word.size());
  }
  return Reply(static_cast<redisReply*>(
      redisCommandArgv(&connection, static_cast<int>(words.size()), texts.data(), sizes.data())));
}

std::string why_not(const redisContext& connection, const redisReply* reply) {
  if (reply == nullptr) return connection.errstr;
  if (reply->type == REDIS_REPLY_ERROR) return telemetry::printable({reply->str, reply->len});
  return "it answers what was not asked";
}

}  // namespace

std::string cache_key(std::string_view key_prefix, uint64_t version, std::string_view name) {
  return fmt::format("{}:{}:{}", key_prefix, version, name);
}

Result<void> RedisCache::greet() {
  const bool named = !host_.username.empty();
  if (!host_.password.empty()) {
    const Reply reply = named ? command(*connection_, {"AUTH", host_.username, host_.password})
                              : command(*connection_, {"AUTH", host_.password});
    if (!reply || reply->type != REDIS_REPLY_STATUS) return failure(why_not(*connection_, reply.get()));
  }
  if (host_.database == 0) return {};
  const Reply reply = command(*connection_, {"SELECT", std::to_string(host_.database)});
  if (!reply || reply->type != REDIS_REPLY_STATUS) return failure(why_not(*connection_, reply.get()));
  return {};
}

Result<void> RedisCache::connect() {
  const timeval timeout = to_timeval(timeout_);
  const config::RedisEndpoint& server = host_.server;
  connection_.reset(server.path.empty() ? redisConnectWithTimeout(server.host.c_str(), server.port, timeout)
                                        : redisConnectUnixWithTimeout(server.path.c_str(), timeout));
  if (connection_ == nullptr) return failure("out of memory");
  if (connection_->err != 0) return failure(connection_->errstr);
  redisSetTimeout(connection_.get(), timeout);
  return greet();
}

Result<std::optional<std::string>> RedisCache::get_once(const std::string& key) {
  Result<void> connected = connection_ == nullptr ? connect() : Result<void>();
  std::string why = connected ? "" : connected.error().text;
  if (connected) {
    const Reply reply = command(*connection_, {"GET", key});
    if (reply && reply->type == REDIS_REPLY_NIL) return std::nullopt;
    if (reply && reply->type == REDIS_REPLY_STRING) return std::string(reply->str, reply->len);
    why = why_not(*connection_, reply.get());
  }
  connection_.reset();
  return failure(fmt::format("the cache {} cannot be asked: {}", host_.text, why));
}

Result<std::optional<std::string>> RedisCache::get(const std::string& key) {
  // One that was kept may have died of old age.
  const bool kept = connection_ != nullptr;
  const auto began = std::chrono::steady_clock::now();
  Result<std::optional<std::string>> answer = get_once(key);
  const bool at_once = std::chrono::steady_clock::now() - began < timeout_ / 4;
  return !answer && kept && at_once ? get_once(key) : answer;
}

}  // namespace wharf::auth::django
