// How often who sends something hears how far it got.
#pragma once

#include <algorithm>
#include <cstdint>

namespace wharf_paramiko {

// After so many bytes; with a small window soon enough that nobody waits for an ack that does not come.
constexpr uint64_t ack_step(uint64_t window) { return std::min<uint64_t>(64 << 10, window / 4); }

}  // namespace wharf_paramiko
