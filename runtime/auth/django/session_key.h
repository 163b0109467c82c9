// The name of a session.
#pragma once

#include <string_view>

namespace wharf::auth::django {

// [any-thread] Whether Django can have made it: 8 to 40 of a-z and 0-9 (it makes 32, and believes 8). What is
// none reaches no database, no cache and no file name.
bool is_session_key(std::string_view text);

}  // namespace wharf::auth::django
