// When a session ends because nobody types, or because it has lasted for long enough; and whoever sits there
// hears of it before.
//
// Two ends may come: `idle` after the last input, and `session` after the beginning, which input does not put
// off. The nearer one is told once, a tenth of its time before, though at most a minute. Input begins anew,
// also with the telling.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "ssh/error.h"
#include "ssh/loop.h"

namespace wharf_paramiko {

// [worker]
class IdleWatch {
 public:
  // 0: none.
  struct Limits {
    std::chrono::milliseconds idle{0};
    std::chrono::milliseconds session{0};
  };
  struct Told {
    // It ends after so long, unless there is input or, when that is `fixed`, whatever happens. 0: it does not
    // end soon, as was said before.
    std::function<void(std::chrono::seconds in, bool fixed)> soon;
    // It ends now. The watch may be destroyed.
    std::function<void(const ssh::Error& why)> over;
  };
  // `loop` outlives it. Nothing is told within the constructor; input() may take back what was told.
  IdleWatch(ssh::Loop& loop, Limits limits, Told told);

  void input();
  // Somebody else sits there, who has been told nothing. It counts as input.
  void somebody_new();

 private:
  using Clock = std::chrono::steady_clock;
  struct End {
    Clock::time_point at = Clock::time_point::max();
    Clock::time_point told_at = Clock::time_point::max();
    bool fixed = false;
  };
  End next_end() const;
  void look();
  void look_in(Clock::duration time);

  ssh::Loop& loop_;
  const Limits limits_;
  const Told told_;
  const Clock::time_point began_ = Clock::now();
  Clock::time_point last_input_ = began_;
  bool told_idle_ = false;
  bool told_fixed_ = false;
  std::unique_ptr<ssh::Loop::Handle> timer_;
};

}  // namespace wharf_paramiko
