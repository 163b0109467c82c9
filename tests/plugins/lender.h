/* SPDX-License-Identifier: MIT */
/*
 * lender.so lends its host table to the test that loads it: the test then plays the plugin. connect() stores
 * a `struct lender *` as the state of the connection.
 */
#ifndef LENDER_H
#define LENDER_H

#include <wharf/consumer.h>

struct lender {
  const wharf_host* host;
  void (*on_destroy)(const wharf_host* host, void* context); /* called in destroy; may be NULL */
  void* context;
};

#endif /* LENDER_H */
