/* SPDX-License-Identifier: MIT */
/* Exports the right name for the wrong thing. */
__attribute__((visibility("default"))) int wharf_consumer_entry(void);
int wharf_consumer_entry(void) { return 42; }
