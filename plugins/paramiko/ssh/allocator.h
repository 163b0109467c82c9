// The memory of one libssh2 session: counted, bounded, and wiped when it is given back, since keys, passwords
// and what was typed pass through it.
#pragma once

#include <atomic>
#include <cstddef>

namespace wharf_paramiko::ssh {

// One thread at a time, as libssh2 itself; used() and peak() are [any-thread].
class Allocator {
 public:
  explicit Allocator(size_t most) : most_(most) {}
  // Frees what is left: libssh2 1.10 forgets a block for each login by an ECDSA key.
  ~Allocator();
  Allocator(const Allocator&) = delete;
  Allocator& operator=(const Allocator&) = delete;

  // nullptr when the bound would be passed: libssh2 then fails with LIBSSH2_ERROR_ALLOC.
  void* allocate(size_t size);
  // Never in place, for the old block is wiped. nullptr leaves `block` as it is.
  void* resize(void* block, size_t size);
  void free(void* block);

  size_t used() const { return used_; }
  size_t peak() const { return peak_; }
  // Whether a request was turned down.
  bool exhausted() const { return exhausted_; }

 private:
  struct Head;
  static Head* head_of(void* block);

  Head* first_ = nullptr;  // a list of all blocks
  const size_t most_;
  std::atomic<size_t> used_ = 0;
  std::atomic<size_t> peak_ = 0;
  std::atomic<bool> exhausted_ = false;
};

}  // namespace wharf_paramiko::ssh
