// "wharf.io/1" as plugins see it.
#pragma once

#include <wharf/ext/io.h>

namespace wharf::plugin {

// [any-thread] The same table for every instance; its functions are [worker].
const wharf_io* io_table();

}  // namespace wharf::plugin
