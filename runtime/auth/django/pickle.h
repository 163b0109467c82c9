// Sessions that Django's caches hold are pickled. A pickle is a program; this reader runs none of it but what
// builds plain data, and keeps of that the texts and numbers at the top.
//
// A stack of values is worked on by one-byte opcodes. Here a value is a text, a number, a dict, or something
// that only has a place on the stack. Dicts are referred to by number, so one that holds itself costs
// nothing. What makes objects (GLOBAL, REDUCE, BUILD …) is refused by its name, wherever it stands.
#pragma once

#include <string_view>

#include "auth/django/session.h"
#include "telemetry/error.h"

namespace wharf::auth::django {

// [any-thread] The texts and numbers of the dict that `bytes`, protocol 2 to 5, stand for.
Result<SessionValues> read_pickle(std::string_view bytes);

}  // namespace wharf::auth::django
