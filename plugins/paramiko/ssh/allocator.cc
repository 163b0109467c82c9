#include "allocator.h"

#include <string.h>  // explicit_bzero

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace wharf_paramiko::ssh {

namespace {

// In front of each block. What malloc_usable_size() answers may not be written to in all builds.
struct alignas(std::max_align_t) Head {
  size_t size;
};

Head* head_of(void* block) { return static_cast<Head*>(block) - 1; }

}  // namespace

void* Allocator::allocate(size_t size) {
  const size_t used = used_;
  if (size > most_ || used > most_ - size) {
    exhausted_ = true;
    return nullptr;
  }
  Head* head = static_cast<Head*>(std::malloc(sizeof(Head) + size));
  if (head == nullptr) return nullptr;
  head->size = size;
  used_ = used + size;
  peak_ = std::max<size_t>(peak_, used + size);
  return head + 1;
}

void* Allocator::resize(void* block, size_t size) {
  if (block == nullptr) return allocate(size);
  void* other = allocate(size);
  if (other == nullptr) return nullptr;
  std::memcpy(other, block, std::min(size, head_of(block)->size));
  free(block);
  return other;
}

void Allocator::free(void* block) {
  if (block == nullptr) return;
  Head* head = head_of(block);
  used_ -= head->size;
  explicit_bzero(block, head->size);
  std::free(head);
}

}  // namespace wharf_paramiko::ssh
