// Receive buffers of libwebsockets that cost nothing until they are touched.
//
// libwebsockets allocates rx_buffer_size bytes for each WebSocket and, while no extension is active, writes
// to them only for control frames: payload is delivered from its shared buffer. From malloc these bytes would
// be most of what an idle connection weighs; here they are address space, one slot of whole pages each, whose
// memory the kernel gives when a page is written, and takes back on release.
#pragma once

#include <cstddef>
#include <mutex>
#include <vector>

namespace wharf::server {

// [any-thread]
class RxArena {
 public:
  // Reserves address space for `slots` buffers of up to `slot_size` bytes. An arena without space (a limit on
  // address space, say) has no slots.
  RxArena(size_t slot_size, size_t slots);
  ~RxArena();
  RxArena(const RxArena&) = delete;
  RxArena& operator=(const RxArena&) = delete;

  // Null when `size` does not fit, or no slot is free: the caller then uses malloc.
  void* allocate(size_t size);
  bool owns(const void* pointer) const;
  void release(void* pointer);
  size_t slot_size() const { return slot_size_; }

 private:
  size_t slot_size_;
  size_t slots_;
  char* begin_ = nullptr;
  std::mutex mutex_;
  size_t used_ = 0;  // slots that ever were
  std::vector<void*> free_;
};

}  // namespace wharf::server
