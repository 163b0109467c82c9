// Dates as Django writes them into databases and sessions.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace wharf::auth::django {

// What a date without an offset means.
enum class NaiveTime {
  Utc,    // USE_TZ = True
  Local,  // USE_TZ = False: the time zone of this process, which has to be Django's TIME_ZONE
};

// [any-thread] "2026-12-07 15:29:06.794044", or with a T, with an offset (+00:00, Z), without the fraction:
// as Unix time, seconds, the fraction cut off. Nothing when it is no date.
std::optional<int64_t> read_iso_date(std::string_view text, NaiveTime naive);

}  // namespace wharf::auth::django
