// The time that the message consumer puts before its second text.
#pragma once

#include <cstddef>
#include <ctime>
#include <string>
#include <string_view>

namespace load {

inline constexpr std::string_view stamp_mark = "YYYY-MM-DD HH:MM:SS";

// Times in UTC, each of which has to lie within the run.
class Stamps {
 public:
  // Throws Failure unless `text` is a whole time between the first call and now.
  void check(std::string_view text);
  // Throws Failure unless a time can have `text` at this place.
  static void check_part(std::string_view text, std::size_t at);

 private:
  std::time_t begin_ = std::time(nullptr);
  std::string right_;  // the last one that was; most are the same
};

}  // namespace load
