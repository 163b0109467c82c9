/*
 * Preloaded into a server that runs under valgrind: stands in for three things that valgrind 3.19 has not,
 * and that the loading of a plugin needs. What is measured begins later.
 *
 *   - Who starts /proc/self/exe there starts valgrind. Here it is the program itself.
 *   - Who maps a whole plugin writable, to look at it, cannot load that file afterwards: valgrind takes
 *     the map for the loader's. Here it is memory with the file's content.
 *   - There is no pidfd_open(). Here it is the end of a pipe, which can be read when the process has ended.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

struct watch {
  pid_t process;
  int end;
};

static void* watch(void* argument) {
  struct watch* watched = argument;
  siginfo_t info;
  while (waitid(P_PID, (id_t)watched->process, &info, WEXITED | WNOWAIT) < 0) continue;
  if (write(watched->end, "", 1) < 0) abort();
  close(watched->end);
  free(watched);
  return NULL;
}

static int open_watch(pid_t process) {
  int ends[2];
  pthread_t thread;
  struct watch* watched = malloc(sizeof *watched);
  if (watched == NULL || pipe(ends) != 0) return -1;
  *watched = (struct watch){process, ends[1]};
  if (pthread_create(&thread, NULL, watch, watched) != 0) return -1;
  pthread_detach(thread);
  return ends[0];
}

typedef void* (*mmap_function)(void*, size_t, int, int, int, off_t);
typedef long (*syscall_function)(long, ...);
typedef int (*spawn_function)(pid_t*, const char*, const posix_spawn_file_actions_t*,
                              const posix_spawnattr_t*, char* const*, char* const*);

__attribute__((visibility("default"))) long syscall(long number, ...) {
  long words[6];
  va_list rest;
  va_start(rest, number);
  for (int index = 0; index < 6; ++index) words[index] = va_arg(rest, long);
  va_end(rest);
  if (number == SYS_pidfd_open) return open_watch((pid_t)words[0]);
  const syscall_function next = (syscall_function)(uintptr_t)dlsym(RTLD_NEXT, "syscall");
  return next(number, words[0], words[1], words[2], words[3], words[4], words[5]);
}

__attribute__((visibility("default"))) int posix_spawn(pid_t* process, const char* path,
                                                       const posix_spawn_file_actions_t* files,
                                                       const posix_spawnattr_t* attributes,
                                                       char* const* words, char* const* environment) {
  char self[4096] = "";
  if (strcmp(path, "/proc/self/exe") == 0 && readlink(path, self, sizeof self - 1) > 0) path = self;
  const spawn_function next = (spawn_function)(uintptr_t)dlsym(RTLD_NEXT, "posix_spawn");
  return next(process, path, files, attributes, words, environment);
}

__attribute__((visibility("default"))) void* mmap(void* address, size_t size, int protection, int flags,
                                                  int file, off_t offset) {
  const mmap_function next = (mmap_function)(uintptr_t)dlsym(RTLD_NEXT, "mmap");
  if (file < 0 || flags != MAP_PRIVATE || (protection & PROT_WRITE) == 0)
    return next(address, size, protection, flags, file, offset);
  void* memory = next(address, size, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory != MAP_FAILED && pread(file, memory, size, offset) < 0) abort();
  return memory;
}
