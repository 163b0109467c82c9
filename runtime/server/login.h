// Whether the login that a connection was opened with still holds.
//
//   Holding  Two times can be near: that of the expiry, at which it has ended; and that of the next question,
//            where the method that named the user can be asked.
//   Asked    What is served at that time asks the method again about what it was shown at the handshake.
//            The time of the next question is set already: an answer need not come, since who asked may be
//            replaced by a reload, and is then asked anew in its successor. One that takes longer than that
//            is waited for.
//   Ended    It has expired, or the answer names nobody, or somebody else. The connection closes with 4401.
//
// While the method cannot ask its database, the login holds: a database that is away closes no connection.
//
// Questions come at multiples of the period, shifted by an amount that the question decides. So the
// connections of one session ask together, on every worker, which costs one look-up; and those of many
// sessions are spread over the period, even when all of them came back in one moment.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "auth/authenticator.h"
#include "server/serving.h"

namespace wharf::server {

// [worker] Of one connection, and ends with it. Times are those of Deadlines.
class Login {
 public:
  // Null when nothing can end it.
  static std::unique_ptr<Login> begin(const auth::Identity& identity, uint64_t now);

  // When expired() and ask_when_due() want to be called.
  uint64_t next() const { return std::min(expiry_, question_); }
  bool expired(uint64_t now) const { return now >= expiry_; }
  // `answer` may come before this returns, later on this worker, or never.
  void ask_when_due(uint64_t now, const std::shared_ptr<const Serving>& serving,
                    auth::Authenticator::Answer answer);
  // Whether it holds, by that answer.
  bool holds(const auth::Identity& answer);

  const std::string& user_id() const { return user_id_; }

 private:
  Login() = default;

  std::string user_id_;
  std::optional<auth::Proof> proof_;
  uint64_t expiry_ = UINT64_MAX;
  uint64_t question_ = UINT64_MAX;
  std::weak_ptr<const Serving> asked_;  // while its answer may still come
};

}  // namespace wharf::server
