// Which of several Redis hosts holds a name: every peer has to come to the same answer, so all list their
// hosts in the same order.
#pragma once

#include <cstddef>
#include <string_view>

namespace wharf::layer::redis {

// 0 to `hosts` - 1; `hosts` is 1 or more. Of a group in core, its name counts; of a queue, the non-local part
// of the channel; in pub/sub, the channel of Redis.
size_t host_index(std::string_view name, size_t hosts);

}  // namespace wharf::layer::redis
