#include "auth/django/session_key.h"

#include <algorithm>

namespace wharf::auth::django {

bool is_session_key(std::string_view text) {
  constexpr size_t shortest = 8;
  constexpr size_t longest = 40;  // of the column
  return text.size() >= shortest && text.size() <= longest &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
}

}  // namespace wharf::auth::django
