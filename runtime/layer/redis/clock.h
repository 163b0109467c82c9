// Unix time as channels_redis writes it into Redis.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace wharf::layer::redis {

inline int64_t unix_microseconds() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// The whole seconds of now, or of `ago` earlier.
inline std::string unix_seconds(std::chrono::milliseconds ago = {}) {
  return std::to_string((unix_microseconds() / 1000 - ago.count()) / 1000);
}

}  // namespace wharf::layer::redis
