#include "auth/django/iso_date.h"

#include <chrono>
#include <ctime>

namespace wharf::auth::django {

namespace {

// Reads a text from its front.
class Digits {
 public:
  explicit Digits(std::string_view text) : rest_(text) {}

  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  // A number of exactly `count` digits between `lowest` and `highest`.
  bool take(size_t count, int lowest, int highest, int& number) {
    if (rest_.size() < count) return false;
    number = 0;
    for (size_t i = 0; i < count; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9') return false;
      number = number * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(count);
    return number >= lowest && number <= highest;
  }

  void skip_digits() {
    while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') rest_.remove_prefix(1);
  }

  bool done() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

bool read_offset(Digits& text, int64_t& seconds) {
  const bool west = text.take('-');
  if (!west && !text.take('+')) return false;
  int hours = 0;
  int minutes = 0;
  if (!text.take(2, 0, 23, hours)) return false;
  text.take(':');
  if (!text.done() && !text.take(2, 0, 59, minutes)) return false;
  const int64_t offset = int64_t{60} * (hours * 60 + minutes);
  seconds = west ? -offset : offset;
  return true;
}

std::optional<int64_t> local_time(int year, int month, int day, int hour, int minute, int second) {
  std::tm parts{};
  parts.tm_year = year - 1900;
  parts.tm_mon = month - 1;
  parts.tm_mday = day;
  parts.tm_hour = hour;
  parts.tm_min = minute;
  parts.tm_sec = second;
  parts.tm_isdst = -1;
  const std::time_t time = std::mktime(&parts);
  if (time == -1) return std::nullopt;
  return time;
}

}  // namespace

std::optional<int64_t> read_iso_date(std::string_view text, NaiveTime naive) {
  Digits digits(text);
  int year, month, day, hour, minute, second;
  const bool whole =
      digits.take(4, 1, 9999, year) && digits.take('-') && digits.take(2, 1, 12, month) && digits.take('-') &&
      digits.take(2, 1, 31, day) && (digits.take(' ') || digits.take('T')) && digits.take(2, 0, 23, hour) &&
      digits.take(':') && digits.take(2, 0, 59, minute) && digits.take(':') && digits.take(2, 0, 60, second);
  if (!whole) return std::nullopt;
  if (digits.take('.')) digits.skip_digits();
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  int64_t offset = 0;
  if (digits.done() && naive == NaiveTime::Local) return local_time(year, month, day, hour, minute, second);
  if (!digits.done() && !digits.take('Z') && !read_offset(digits, offset)) return std::nullopt;
  if (!digits.done()) return std::nullopt;
  const int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  return ((days * 24 + hour) * 60 + minute) * 60 + second - offset;
}

}  // namespace wharf::auth::django
