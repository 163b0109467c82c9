// Who is known, and who is being looked up. Any number of visitors with the same cookie cost one look-up:
// those that come while it is under way wait for it, those that come soon after get what it has said.
//
//   absent -> sought    the first visitor comes: begin() says that a look-up is due
//   sought -> known     land(): all that wait are told, and for a while whoever comes
//   sought -> absent    land() with an answer that is not to be kept
//   known  -> absent    the while is over
//
// Who waits too long is told by overdue(). The look-up goes on, and those that come later wait for it in
// turn.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "auth/inquiry/answer.h"

namespace wharf::auth::inquiry {

// Not locked: its owner is. Times are passed in, and never go back.
class Flights {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Patience = std::chrono::milliseconds;
  using Done = std::function<void(const Answer&)>;

  // `patience`: how long anybody waits. `keep`: how long an answer is given again, 0: never. `most`: so many
  // answers are kept.
  Flights(Patience patience, Patience keep, size_t most) : patience_(patience), keep_(keep), most_(most) {}

  // What is known under `key`.
  std::optional<Answer> known(const std::string& key, Time now);
  // `done` waits for the answer. True: a look-up is due, and ends in land().
  bool begin(const std::string& key, Done done, Time now);
  // Whether anybody still waits.
  bool awaited(const std::string& key) const;
  // Ends the look-up. Whom to tell.
  std::vector<Done> land(const std::string& key, const Answer& answer, Time now);
  // Whom to tell that it takes too long.
  std::vector<Done> overdue(Time now);
  // When the next of them is.
  std::optional<Time> next_deadline() const;

 private:
  struct Waiting {
    size_t number;
    Done done;
  };
  struct Entry {
    std::deque<Waiting> waiting;
    std::optional<Answer> answer;  // none while it is sought
    Time until;                    // of the answer
  };
  struct Deadline {
    Time when;
    std::string key;
    size_t number;
  };
  struct Kept {
    Time until;
    std::string key;
  };

  void forget(Time now);

  Patience patience_;
  Patience keep_;
  size_t most_;
  size_t next_number_ = 0;
  std::unordered_map<std::string, Entry> entries_;
  std::deque<Deadline> deadlines_;  // everybody has the same patience, so these are in order
  std::deque<Kept> kept_;           // and these, too
};

}  // namespace wharf::auth::inquiry
