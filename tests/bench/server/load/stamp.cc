#include "stamp.h"

#include <chrono>

#include "failure.h"

namespace load {
namespace {

[[noreturn]] void fail(std::string_view text, const char* why) {
  throw Failure("\"" + std::string(text) + "\" stands where a time belongs: " + why);
}

}  // namespace

void Stamps::check(std::string_view text) {
  if (text == right_) return;
  check_part(text, 0);
  std::tm broken_down{};
  const std::string copy(text);
  if (strptime(copy.c_str(), "%Y-%m-%d %H:%M:%S", &broken_down) == nullptr) fail(text, "no date is so");
  const std::time_t time = timegm(&broken_down);
  // std::time() lags a little behind this clock: a server may use either.
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  if (time < begin_ || time > now) fail(text, "not within this run");
  right_ = copy;
}

void Stamps::check_part(std::string_view text, std::size_t at) {
  for (std::size_t index = 0; index < text.size(); ++index) {
    const char mark = stamp_mark[at + index];
    const bool letter = mark >= 'A' && mark <= 'Z';
    const bool digit = text[index] >= '0' && text[index] <= '9';
    if (letter ? !digit : text[index] != mark) fail(text, "not of this form");
  }
}

}  // namespace load
