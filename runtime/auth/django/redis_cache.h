// One connection to the Redis that is Django's cache.
#pragma once

#include <hiredis/hiredis.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "config/config.h"
#include "telemetry/error.h"

namespace wharf::auth::django {

// The key under which Django's RedisCache, and django-redis, keep what Django calls `name`.
std::string cache_key(std::string_view key_prefix, uint64_t version, std::string_view name);

// [pool] Used by one thread. It connects when it is first asked, and again after whatever went wrong; an
// error names the server and the reason.
class RedisCache {
 public:
  // `host` outlives it.
  RedisCache(const config::RedisHost& host, config::Duration timeout) : host_(host), timeout_(timeout) {}

  // Nothing when there is no such key.
  Result<std::optional<std::string>> get(const std::string& key);

 private:
  struct Free {
    void operator()(redisContext* context) const { redisFree(context); }
  };

  Result<std::optional<std::string>> get_once(const std::string& key);
  Result<void> connect();
  Result<void> greet();

  const config::RedisHost& host_;
  config::Duration timeout_;
  std::unique_ptr<redisContext, Free> connection_;
};

}  // namespace wharf::auth::django
