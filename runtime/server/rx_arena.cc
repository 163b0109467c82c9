#include "server/rx_arena.h"

#include <sys/mman.h>
#include <unistd.h>

namespace wharf::server {

RxArena::RxArena(size_t slot_size, size_t slots) : slot_size_(slot_size), slots_(slots) {
  const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  slot_size_ = (slot_size + page - 1) / page * page;
  void* space = mmap(nullptr, slot_size_ * slots_, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (space == MAP_FAILED) {
    slots_ = 0;
    return;
  }
  begin_ = static_cast<char*>(space);
  // Two touched pages of neighbours must not become one huge page of both.
  madvise(begin_, slot_size_ * slots_, MADV_NOHUGEPAGE);
  madvise(begin_, slot_size_ * slots_, MADV_DONTDUMP);
}

RxArena::~RxArena() {
  if (begin_ != nullptr) munmap(begin_, slot_size_ * slots_);
}

void* RxArena::allocate(size_t size) {
  if (size > slot_size_) return nullptr;
  std::lock_guard lock(mutex_);
  if (!free_.empty()) {
    void* slot = free_.back();
    free_.pop_back();
    return slot;
  }
  return used_ < slots_ ? begin_ + slot_size_ * used_++ : nullptr;
}

bool RxArena::owns(const void* pointer) const {
  const char* at = static_cast<const char*>(pointer);
  return begin_ != nullptr && at >= begin_ && at < begin_ + slot_size_ * slots_;
}

void RxArena::release(void* pointer) {
  madvise(pointer, slot_size_, MADV_DONTNEED);
  std::lock_guard lock(mutex_);
  free_.push_back(pointer);
}

}  // namespace wharf::server
