/* SPDX-License-Identifier: MIT */
/*
 * wharf/ext/pool.h - "wharf.pool/1": blocking work, away from the worker.
 *
 *   const wharf_pool *pool = host->extension(host, WHARF_POOL);   (NULL when the host has none)
 *
 * A job runs on a thread of the process-wide pool and ends on the worker of the instance that submitted it:
 * exactly one of `done` and `drop` follows. `drop` comes when the instance is gone by then; a job that still
 * waited for a thread when `destroy` began is dropped without having run.
 */
#ifndef WHARF_EXT_POOL_H
#define WHARF_EXT_POOL_H

#include "../consumer.h"

#ifdef __cplusplus
extern "C" {
#endif

#define WHARF_POOL "wharf.pool/1"

typedef struct wharf_job {
  uint32_t size;
  uint32_t reserved;
  void* context;
  /* [pool] The blocking work. Must not touch the instance; may use the host's [any-thread] functions. */
  void (*run)(void* context);
  /* [worker] The result is in `context`. */
  void (*done)(void* instance, void* context);
  /* [worker] Instead of `done` when `destroy` has begun; frees `context`. May be NULL. */
  void (*drop)(void* context);
} wharf_job;

typedef struct wharf_pool {
  uint32_t size;
  uint32_t reserved;
  /* [any-thread] Copies the job. WHARF_GONE once `destroy` has begun, WHARF_FULL when too many jobs wait:
   * then nothing of the job runs and `context` stays the caller's. */
  wharf_result (*submit)(const wharf_host* host, const wharf_job* job);
} wharf_pool;

#ifdef __cplusplus
}
#endif

#endif /* WHARF_EXT_POOL_H */
