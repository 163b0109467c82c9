// What a plugin may pass to the host. Each check answers with what is wrong, as a literal for the log, or
// with null. [any-thread]
#pragma once

#include <wharf/consumer.h>

#include <cstdint>
#include <string_view>

namespace wharf::plugin {

using Complaint = const char*;

// Any bytes; nothing is looked at beyond the pointer and the size.
inline Complaint check_bytes(wharf_bytes bytes) {
  if (bytes.data == nullptr && bytes.size > 0) return "the data is NULL and the size is not 0";
  if (bytes.size > PTRDIFF_MAX) return "the size is larger than any memory: was it a negative number?";
  return nullptr;
}
inline Complaint check_kind(wharf_kind kind) {
  return kind == WHARF_TEXT || kind == WHARF_BINARY ? nullptr
                                                    : "the kind is neither WHARF_TEXT nor WHARF_BINARY";
}
Complaint check_http_status(uint32_t status);
Complaint check_close_code(uint32_t code);
Complaint check_close_reason(wharf_bytes reason);
Complaint check_group(wharf_bytes group);
Complaint check_channel(wharf_bytes channel);
Complaint check_event(wharf_bytes type, const wharf_field* fields, size_t count);
Complaint check_msgpack(wharf_bytes msgpack);

// The bytes as a view, once they are checked.
inline std::string_view view(wharf_bytes bytes) {
  return {bytes.data == nullptr ? "" : bytes.data, bytes.size};
}

}  // namespace wharf::plugin
