// How a method of `auth:` that has to ask somebody goes about it.
#pragma once

#include <cstdint>

#include "config/config.h"

namespace wharf::config {

struct InquiryLimits {
  uint64_t connections = 4;        // so many questions are under way at once
  Duration timeout{5'000};         // how long a visitor waits for the answer
  Duration remember{1'000};        // how long an answer is given again; 0: asked anew at each handshake
  Duration recheck{60'000};        // after which it is asked about an open connection again; 0: never
  bool anonymous_without = false;  // what a visitor is when nobody answers; else 503
  bool operator==(const InquiryLimits&) const = default;
};

}  // namespace wharf::config
