// The functions that a plugin finds in its wharf_host: they check what it passes, and hand it to the services
// of its worker.
#pragma once

#include <wharf/consumer.h>

namespace wharf::plugin {

// [any-thread] The table as every instance has it; `config` is to be filled in.
wharf_host host_table();

}  // namespace wharf::plugin
