// SPDX-License-Identifier: MIT
//
// A recording that the worker never waits for: events go into a bounded queue, and a job of the pool at a
// time writes them.
//
// What does not fit the queue is not recorded. Whether that may happen is the caller's: it asks room() before
// it reads from SSH, when the route requires the recording, and otherwise lets it happen. Then a marker in
// the recording says how much is missing.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "terminal/asciicast.h"

namespace wharf_paramiko::terminal {

class Recorder {
 public:
  using Clock = std::chrono::steady_clock;
  // Runs `work` on a thread of the pool, then `done` on the worker. Usable until the file is closed, even
  // when the recorder went before.
  using InPool = std::function<void(std::function<void()> work, std::function<void()> done)>;

  struct Options {
    CastFiles::Place place;
    size_t queue = 1 << 20;  // bytes that may wait
    bool input = false;      // record what is typed, passwords included
  };
  struct Told {
    std::function<void()> room;                          // there is room again, after there was none
    std::function<void(const std::string& why)> failed;  // once; nothing is recorded from here on
  };

  Recorder(const Options& options, CastHeader header, Clock::time_point began, InPool in_pool, Told told);
  // Closes the file as close() does.
  ~Recorder();

  // [worker] At most once, and first: creates the file before there is anything to write into it. `begun`, on
  // the worker, with the reason when that fails, which failed() is then not told, else ""; not when the
  // recorder goes before. Without begin(), the first event creates the file.
  void begin(std::function<void(const std::string& why)> begun);

  // [worker] False: there was no room, and it is not recorded.
  bool output(Clock::time_point at, std::string_view bytes) { return add(at, CastKind::Output, bytes); }
  bool input(Clock::time_point at, std::string_view bytes);
  bool resize(Clock::time_point at, uint32_t cols, uint32_t rows);
  bool marker(Clock::time_point at, std::string_view text) { return add(at, CastKind::Marker, text); }

  // [worker] How many bytes of output fit now.
  size_t room() const;
  uint64_t dropped() const { return dropped_; }

  // [worker] Writes the rest and closes the file; `closed`, on the worker, with the reason when that fails,
  // else "". The recorder may go before: `closed` is called all the same.
  void close(std::function<void(const std::string& why)> closed);

 private:
  struct Event {
    std::chrono::microseconds at{0};
    CastKind kind = CastKind::Output;
    std::string bytes;
  };
  struct Writing;  // what the job in the pool and the worker share

  bool add(Clock::time_point at, CastKind kind, std::string_view bytes);
  void push(std::chrono::microseconds at, CastKind kind, std::string_view bytes);
  static void write(const std::shared_ptr<Writing>& writing);
  static void written(const std::shared_ptr<Writing>& writing, bool last);

  std::shared_ptr<Writing> writing_;
  bool records_input_;
  Clock::time_point began_;
  uint64_t dropped_ = 0;
  uint64_t untold_ = 0;  // dropped, and no marker says so yet
};

}  // namespace wharf_paramiko::terminal
