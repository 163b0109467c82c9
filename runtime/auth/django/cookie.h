// One cookie out of a Cookie header, read as Django reads it (django.http.cookie.parse_cookie).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace wharf::auth::django {

// [any-thread] The value of the last cookie of that name, or nothing. Names are case-sensitive, nothing is
// percent-decoded, a value in double quotes loses them, and its escapes (\" and \054) are resolved.
std::optional<std::string> find_cookie(std::string_view header, std::string_view name);

}  // namespace wharf::auth::django
