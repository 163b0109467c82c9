// The connections of one worker, as numbers that any thread may hold for as long as it likes.
//
// A wharf_connection is  generation:32 | worker:10 | slot:22. A slot's generation is odd while a connection
// lives in it and grows at every birth and death, so an old number never finds a new tenant. Slots live in
// chunks that are never freed: a stale number reads valid memory whatever happened since. Free slots are
// reused in the order in which they became free, so that a number stays stale for as long as possible.
#pragma once

#include <wharf/consumer.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

namespace wharf::server {

class Connection;

struct Slot {
  std::atomic<uint32_t> generation{0};
  // Somebody has asked for the channel name: the channel layer wants to know when the connection has ended.
  std::atomic<bool> named{false};
  // Bytes of messages that are on their way from other threads. Whoever adds takes back exactly once, tasks
  // that find the connection gone included; so it needs no reset, and a late promise does no harm to the next
  // tenant.
  std::atomic<uint64_t> promised{0};
  // Bytes in the outbox. Written by the worker alone, so that its own messages cost no locked instruction.
  std::atomic<uint64_t> waiting{0};
  std::atomic<uint64_t> budget{0};   // the route's limits.outbox
  Connection* connection = nullptr;  // the worker's own

  // Bytes that are not yet written, wherever they are.
  uint64_t buffered() const {
    return promised.load(std::memory_order_relaxed) + waiting.load(std::memory_order_relaxed);
  }
  // How many more bytes it takes.
  uint64_t room() const {
    const uint64_t most = budget.load(std::memory_order_relaxed);
    return most - std::min(most, buffered());
  }
};

class Slots {
 public:
  static constexpr unsigned slot_bits = 22;
  static constexpr unsigned worker_bits = 10;
  static constexpr uint32_t max_slots = 1u << slot_bits;

  static unsigned worker_of(wharf_connection handle) {
    return static_cast<unsigned>(handle >> slot_bits) & ((1u << worker_bits) - 1);
  }

  explicit Slots(unsigned worker);
  ~Slots();
  Slots(const Slots&) = delete;
  Slots& operator=(const Slots&) = delete;

  // [worker] A new number for `connection`; 0 when all slots are taken.
  wharf_connection acquire(Connection* connection, uint64_t budget);
  // [worker] From here on the number names nobody.
  void release(wharf_connection handle);
  // [worker] The living connection, or null.
  Connection* find(wharf_connection handle) const {
    Slot* slot = peek(handle);
    return slot == nullptr ? nullptr : slot->connection;
  }
  // [worker] Every living connection's number at this moment.
  std::vector<wharf_connection> all() const;
  // [any-thread] The slot, when it is alive at this moment; null otherwise. Its atomics may be read and
  // written even if it dies meanwhile: the worker looks again before it acts.
  Slot* peek(wharf_connection handle) const {
    const uint32_t generation = static_cast<uint32_t>(handle >> 32);
    if (generation % 2 == 0) return nullptr;
    Slot* slot = at(handle);
    if (slot == nullptr || slot->generation.load(std::memory_order_acquire) != generation) return nullptr;
    return slot;
  }

 private:
  static constexpr uint32_t chunk_size = 1024;
  using Chunk = std::array<Slot, chunk_size>;

  Slot* at(wharf_connection handle) const {
    const uint32_t index = static_cast<uint32_t>(handle) & (max_slots - 1);
    Chunk* chunk = chunks_[index / chunk_size].load(std::memory_order_acquire);
    return chunk == nullptr ? nullptr : &(*chunk)[index % chunk_size];
  }
  wharf_connection number(uint32_t generation, uint32_t index) const;

  unsigned worker_;
  uint32_t used_ = 0;  // slots that ever existed
  std::array<std::atomic<Chunk*>, max_slots / chunk_size> chunks_{};
  std::deque<uint32_t> free_;
};

}  // namespace wharf::server
