// "wharf.pool/1" as plugins see it.
#pragma once

#include <wharf/ext/pool.h>

namespace wharf::plugin {

// [any-thread] The same table for every instance.
const wharf_pool* pool_table();

}  // namespace wharf::plugin
