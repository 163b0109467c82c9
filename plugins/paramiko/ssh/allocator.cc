#include "allocator.h"

#include <string.h>  // explicit_bzero

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace wharf_paramiko::ssh {

// In front of each block. What malloc_usable_size() answers may not be written to in all builds.
struct alignas(std::max_align_t) Allocator::Head {
  size_t size;
  Head* previous;
  Head* next;
};

Allocator::~Allocator() {
  while (first_ != nullptr) free(first_ + 1);
}

Allocator::Head* Allocator::head_of(void* block) { return static_cast<Head*>(block) - 1; }

void* Allocator::allocate(size_t size) {
  const size_t used = used_;
  if (size > most_ || used > most_ - size) {
    exhausted_ = true;
    return nullptr;
  }
  Head* head = static_cast<Head*>(std::malloc(sizeof(Head) + size));
  if (head == nullptr) return nullptr;
  *head = {size, nullptr, first_};
  if (first_ != nullptr) first_->previous = head;
  first_ = head;
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
  (head->previous == nullptr ? first_ : head->previous->next) = head->next;
  if (head->next != nullptr) head->next->previous = head->previous;
  used_ -= head->size;
  explicit_bzero(block, head->size);
  std::free(head);
}

}  // namespace wharf_paramiko::ssh
