// The way of every call that a plugin makes into the host: its arguments were checked; nothing it sets off
// may throw into C code.
#pragma once

#include <wharf/consumer.h>

#include "plugin/host_context.h"

namespace wharf::plugin {

// [any-thread] The answer of `body`, or `otherwise` when memory ran out on the way.
template <class Answer, class Body>
Answer guarded(Answer otherwise, Body body) noexcept {
  try {
    return body();
  } catch (...) {
    return otherwise;
  }
}

// [any-thread] The answer of `call(services)`; WHARF_GONE when the instance has ended.
template <class Call>
wharf_result host_call(HostContext& context, Call call) noexcept {
  return guarded(WHARF_FULL, [&]() -> wharf_result {
    Services services(context);
    return services ? call(services) : WHARF_GONE;
  });
}

// [any-thread] WHARF_INVALID, with one line in the log.
inline wharf_result refuse_call(HostContext& context, const char* function, wharf_connection connection,
                                const char* complaint) noexcept {
  return guarded(WHARF_INVALID, [&] { return context.invalid(function, connection, complaint); });
}

}  // namespace wharf::plugin
