#include "consumer/send_output.h"

#include <algorithm>

namespace wharf_paramiko {

std::chrono::milliseconds send_output(Seat& seat, terminal::OutputReader& reader,
                                      terminal::Coalescer& coalescer, bool at_once) {
  using Clock = terminal::Coalescer::Clock;
  using std::chrono::milliseconds;
  while (true) {
    const size_t room = seat.room();
    const terminal::Chunk chunk = reader.next(std::min(room, largest_output));
    if (chunk.bytes.empty()) return room == 0 && reader.waiting() > 0 ? look_again : milliseconds(0);
    const Clock::duration wait = coalescer.wait(Clock::now(), reader.waiting());
    if (wait > Clock::duration::zero() && !at_once) return std::chrono::ceil<milliseconds>(wait);
    if (chunk.lost > 0) seat.replay(chunk.from);
    seat.output(chunk.bytes);
    reader.sent(chunk.bytes.size());
    coalescer.sent(Clock::now());
  }
}

}  // namespace wharf_paramiko
