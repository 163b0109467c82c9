// How a question is answered: by a database, or by whom else somebody has to wait for.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "auth/inquiry/answer.h"
#include "telemetry/error.h"

namespace wharf::auth::inquiry {

// [pool] Used by one thread, whose connections it owns.
class Answerer {
 public:
  virtual ~Answerer() = default;
  // Waits, for a bounded time. An error when whoever has to be asked does not answer; it is told to the log,
  // and nothing of the question is in it.
  virtual Result<Answer> answer(const std::string& question) = 0;
};

// [pool] Called once by each thread.
using MakeAnswerer = std::function<std::unique_ptr<Answerer>()>;

}  // namespace wharf::auth::inquiry
