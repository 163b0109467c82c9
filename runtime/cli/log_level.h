// `log:` as spdlog calls it.
#pragma once

#include "config/config.h"
#include "telemetry/log.h"

namespace wharf::cli {

inline spdlog::level::level_enum level_of(config::LogLevel level) {
  switch (level) {
    case config::LogLevel::Debug:
      return spdlog::level::debug;
    case config::LogLevel::Warning:
      return spdlog::level::warn;
    case config::LogLevel::Error:
      return spdlog::level::err;
    case config::LogLevel::Info:
      break;
  }
  return spdlog::level::info;
}

}  // namespace wharf::cli
