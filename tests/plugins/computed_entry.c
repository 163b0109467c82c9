/* SPDX-License-Identifier: MIT */
/* Has the place for a table, but its content is not in the file. */
extern char wharf_consumer_entry[112];
__attribute__((visibility("default"))) char wharf_consumer_entry[112];
