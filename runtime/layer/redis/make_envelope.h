// The envelope that the configuration asks for.
#pragma once

#include <chrono>
#include <optional>
#include <utility>

#include "config/config.h"
#include "layer/redis/envelope.h"

namespace wharf::layer::redis {

inline Envelope make_envelope(const config::ChannelLayer& settings) {
  // Fails without keys, and only then.
  Result<Fernet> fernet = Fernet::make(settings.symmetric_encryption_keys);
  return Envelope(std::chrono::duration_cast<std::chrono::seconds>(settings.expiry),
                  fernet ? std::optional(std::move(*fernet)) : std::nullopt);
}

}  // namespace wharf::layer::redis
