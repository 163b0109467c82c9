// SPDX-License-Identifier: MIT
//
// How far one socket is with the output of a session, and how much more it may be sent: never more than a
// window beyond what its page has acknowledged.
//
// The owner decides how much is read from SSH (room()), and what it has not acknowledged stays in the ring:
// after a broken socket its page goes on at the very byte. A viewer decides nothing; one that is too slow is
// moved on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "terminal/output_ring.h"

namespace wharf_paramiko::terminal {

// What to send next.
struct Chunk {
  uint64_t from = 0;       // the offset of its first byte
  uint64_t lost = 0;       // bytes before it that the ring no longer has: say `replay` first
  std::string_view bytes;  // good until the next append; empty: nothing to send, or no credit
};

class OutputReader {
 public:
  // Begins at the nearest byte to `from` that the ring has. `ring` outlives the reader; `window` is at least
  // 1 byte.
  OutputReader(const OutputRing& ring, uint64_t window, uint64_t from);

  // [worker] At most `most` bytes that may be sent now. Call again after sent() until there is nothing. Who
  // has lost bytes goes on `catch_up` bytes before the end: at the oldest byte it would soon be too slow
  // again.
  Chunk next(size_t most);
  void sent(size_t bytes) {
    sent_ += bytes;
    lost_ = 0;
  }

  // [worker] The page has taken everything before the offset `n`. An older one changes nothing. False: nobody
  // sent that much, so the message is a bad one.
  bool ack(uint64_t n);

  uint64_t position() const { return sent_; }
  uint64_t acknowledged() const { return acked_; }
  uint64_t credit() const;  // bytes that may be sent before the next ack
  size_t waiting() const;   // bytes in the ring that are not sent yet
  uint64_t window() const { return window_; }
  void set_window(uint64_t bytes) { window_ = bytes; }

 private:
  static constexpr uint64_t catch_up = 64 << 10;

  const OutputRing* ring_;
  uint64_t window_;
  uint64_t sent_;
  uint64_t acked_;
  uint64_t lost_ = 0;
};

// The one for whom output is read from SSH; its socket may come and go.
class OutputOwner {
 public:
  OutputOwner(const OutputRing& ring, uint64_t window) : ring_(ring), reader_(ring, window, ring.end()) {}

  struct Attached {
    uint64_t from = 0;       // where the output goes on
    bool truncated = false;  // it should have been earlier, and that is lost
  };
  // [worker] A page that has everything before `got`. Takes the place of the one before it. Of a page that
  // claims to have more than was sent, nothing is believed: it gets all that is there.
  Attached attach(uint64_t got, uint64_t window);
  // [worker] The socket is gone. What was not acknowledged stays.
  void detach() { attached_ = false; }
  bool attached() const { return attached_; }

  // [worker] How many bytes may be read from SSH now: as many as the ring takes without losing what the owner
  // has not acknowledged and, while it is attached, as it may be sent. 0: leave them to SSH, whose window
  // then stops the remote process.
  size_t room() const;

  OutputReader& reader() { return reader_; }

 private:
  const OutputRing& ring_;
  OutputReader reader_;
  bool attached_ = true;
};

}  // namespace wharf_paramiko::terminal
