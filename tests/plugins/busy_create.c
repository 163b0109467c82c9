/* SPDX-License-Identifier: MIT */
/*
 * Its create begins everything that the runtime offers, and leaves it all behind. BUSY_REFUSES: it refuses
 * after that.
 */
#include <wharf/ext/io.h>
#include <wharf/ext/pool.h>

#include <stdlib.h>
#include <unistd.h>

static void ignore(void* context) { (void)context; }
static void ignore_two(void* instance, void* context) { (void)instance, (void)context; }
static void ignore_ready(void* instance, void* context, int fd, uint32_t mask) {
  (void)instance, (void)context, (void)fd, (void)mask;
}

static void* begin(const wharf_host* host) {
  static const char failed[] = "something could not be begun";
  static const char refused[] = "refused after all";
  const wharf_io* io = host->extension(host, WHARF_IO);
  const wharf_pool* pool = host->extension(host, WHARF_POOL);
  const wharf_job job = {sizeof job, 0, NULL, ignore, ignore_two, ignore};
  int ends[2];
  int good = io != NULL && pool != NULL && pipe(ends) == 0 &&
             io->watch(host, ends[0], WHARF_IO_READ, ignore_ready, NULL) != 0 &&
             io->timer(host, 10, 10, ignore_two, NULL) != 0 && pool->submit(host, &job) == WHARF_OK &&
             host->post(host, ignore_two, NULL) == WHARF_OK;
  if (!good) host->fail(host, "", (wharf_bytes){failed, sizeof failed - 1});
#ifdef BUSY_REFUSES
  if (good) host->fail(host, "/busy", (wharf_bytes){refused, sizeof refused - 1});
  good = 0;
#else
  (void)refused;
#endif
  return good ? (void*)host : NULL;
}

#define CREATE begin
#include "plain.h"
