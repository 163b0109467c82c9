#include "plugin/arguments.h"

#include <boost/locale/utf.hpp>

#include <cstdint>

namespace wharf::plugin {

namespace {

bool is_utf8(std::string_view text) {
  using Utf8 = boost::locale::utf::utf_traits<char>;
  for (const char* next = text.data(); next != text.data() + text.size();) {
    const boost::locale::utf::code_point point = Utf8::decode(next, text.data() + text.size());
    if (point == boost::locale::utf::illegal || point == boost::locale::utf::incomplete) return false;
  }
  return true;
}

bool has_size(wharf_bytes bytes, size_t least, size_t most) {
  return bytes.size >= least && bytes.size <= most;
}

}  // namespace

Complaint check_http_status(uint32_t status) {
  return status >= 400 && status <= 599 ? nullptr : "the HTTP status of a refusal is 400 to 599";
}

Complaint check_close_code(uint32_t code) {
  const bool standard = code >= 1000 && code <= 1014 && (code < 1004 || code > 1006);
  const bool own = code >= 3000 && code <= 4999;
  return standard || own ? nullptr
                         : "the close code is neither 1000 to 1014 (1004 to 1006 excepted) nor 3000 to 4999";
}

Complaint check_close_reason(wharf_bytes reason) {
  if (Complaint complaint = check_bytes(reason)) return complaint;
  if (!has_size(reason, 0, 123)) return "the close reason is longer than 123 bytes";
  return is_utf8(view(reason)) ? nullptr : "the close reason is not UTF-8";
}

Complaint check_group(wharf_bytes group) {
  if (Complaint complaint = check_bytes(group)) return complaint;
  if (!has_size(group, 1, 4096)) return "a group name has 1 to 4096 bytes";
  return is_utf8(view(group)) ? nullptr : "the group name is not UTF-8";
}

Complaint check_channel(wharf_bytes channel) {
  if (Complaint complaint = check_bytes(channel)) return complaint;
  if (!has_size(channel, 1, 255)) return "a channel name has 1 to 255 bytes";
  return is_utf8(view(channel)) ? nullptr : "the channel name is not UTF-8";
}

Complaint check_event(wharf_bytes type, const wharf_field* fields, size_t count) {
  constexpr size_t most_fields = 1 << 16;
  if (Complaint complaint = check_bytes(type)) return complaint;
  if (!has_size(type, 1, 256)) return "an event's type has 1 to 256 bytes";
  if (!is_utf8(view(type))) return "the event's type is not UTF-8";
  if (fields == nullptr && count > 0) return "the fields are NULL and their count is not 0";
  if (count > most_fields) return "an event has at most 65536 fields";
  for (size_t i = 0; i < count; ++i) {
    if (Complaint complaint = check_bytes(fields[i].key)) return complaint;
    if (!is_utf8(view(fields[i].key))) return "the key of a field is not UTF-8";
    if (Complaint complaint = check_bytes(fields[i].value)) return complaint;
    if (Complaint complaint = check_kind(fields[i].kind)) return complaint;
    if (fields[i].kind == WHARF_TEXT && !is_utf8(view(fields[i].value))) {
      return "a text field is not UTF-8: send it as WHARF_BINARY";
    }
  }
  return nullptr;
}

Complaint check_msgpack(wharf_bytes msgpack) {
  if (Complaint complaint = check_bytes(msgpack)) return complaint;
  return msgpack.size > 0 ? nullptr : "the event is empty: it must be a MessagePack map";
}

}  // namespace wharf::plugin
