#include "server/slots.h"

namespace wharf::server {

Slots::Slots(unsigned worker) : worker_(worker) {}

Slots::~Slots() {
  for (std::atomic<Chunk*>& chunk : chunks_) delete chunk.load(std::memory_order_relaxed);
}

wharf_connection Slots::acquire(Connection* connection, uint64_t budget) {
  uint32_t index = 0;
  // A few slots are kept back so that the latest deaths are not reborn at once.
  constexpr size_t rest = 64;
  if (free_.size() > rest || (used_ == max_slots && !free_.empty())) {
    index = free_.front();
    free_.pop_front();
  } else if (used_ < max_slots) {
    index = used_++;
    if (index % chunk_size == 0) {
      chunks_[index / chunk_size].store(new Chunk, std::memory_order_release);
    }
  } else {
    return 0;
  }
  Slot& slot = (*chunks_[index / chunk_size].load(std::memory_order_relaxed))[index % chunk_size];
  slot.connection = connection;
  slot.budget.store(budget, std::memory_order_relaxed);
  uint32_t generation = slot.generation.load(std::memory_order_relaxed) + 1;
  slot.generation.store(generation, std::memory_order_release);
  return number(generation, index);
}

wharf_connection Slots::number(uint32_t generation, uint32_t index) const {
  return static_cast<uint64_t>(generation) << 32 | static_cast<uint64_t>(worker_) << slot_bits | index;
}

std::vector<wharf_connection> Slots::all() const {
  std::vector<wharf_connection> living;
  for (uint32_t index = 0; index < used_; ++index) {
    const Slot& slot = (*chunks_[index / chunk_size].load(std::memory_order_relaxed))[index % chunk_size];
    if (slot.connection != nullptr)
      living.push_back(number(slot.generation.load(std::memory_order_relaxed), index));
  }
  return living;
}

void Slots::release(wharf_connection handle) {
  Slot* slot = at(handle);
  slot->connection = nullptr;
  slot->generation.fetch_add(1, std::memory_order_release);
  free_.push_back(static_cast<uint32_t>(handle) & (max_slots - 1));
}

}  // namespace wharf::server
