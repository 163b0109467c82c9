// The consumers that the tests of <wharf/consumer.hpp> put on the bench.
#pragma once

#include <wharf/consumer.h>

extern "C" const wharf_consumer hello_entry;  // plugins/hello, by its source
extern const wharf_consumer message_entry;    // plugins/message, by its source
extern const wharf_consumer conduct_entry;    // does what the path and the messages say
extern const wharf_consumer hasty_entry;      // calls its host in its constructor
extern const wharf_consumer settings_entry;   // has a route state, and refuses configs
extern const wharf_consumer extension_entry;  // timers, watches, the pool
extern const wharf_consumer greeter_entry;    // the sample of the docs

// How many objects of the sample classes live.
int living_consumers();
int living_settings();
