#include "layer/event.h"

#include <msgpack.hpp>

#include <cstring>
#include <utility>

namespace wharf::layer {

namespace {

constexpr size_t longest_type = 256;

wharf_bytes borrow(const std::string& text) { return {text.c_str(), text.size()}; }

bool is_type(std::string_view type) { return !type.empty() && type.size() <= longest_type; }

void pack_text(msgpack::packer<msgpack::sbuffer>& packer, std::string_view text) {
  packer.pack_str(static_cast<uint32_t>(text.size()));
  packer.pack_str_body(text.data(), static_cast<uint32_t>(text.size()));
}

}  // namespace

Event::Event(std::string packed, std::vector<Entry> entries)
    : packed_(std::move(packed)), entries_(std::move(entries)) {
  size = sizeof(wharf_event);
  reserved = 0;
  wharf_event::type = borrow(find("type")->value);
  wharf_event::msgpack = borrow(packed_);
  wharf_event::text = [](const wharf_event* event, const char* key) {
    return static_cast<const Event*>(event)->value(key, true);
  };
  wharf_event::bytes = [](const wharf_event* event, const char* key) {
    return static_cast<const Event*>(event)->value(key, false);
  };
  wharf_event::has = [](const wharf_event* event, const char* key) -> uint32_t {
    return static_cast<const Event*>(event)->find(key) != nullptr ? 1 : 0;
  };
}

const Event::Entry* Event::find(std::string_view key) const {
  // A later entry of the same key wins, as in Python's dict.
  for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry) {
    if (entry->key == key) return &*entry;
  }
  return nullptr;
}

wharf_bytes Event::value(const char* key, bool text_only) const {
  const Entry* entry = find(key);
  if (entry == nullptr || entry->kind == ValueKind::Other) return {nullptr, 0};
  if (text_only && entry->kind != ValueKind::Text) return {nullptr, 0};
  return borrow(entry->value);
}

Result<EventPtr> Event::from_fields(std::string_view type, std::span<const wharf_field> fields) {
  if (!is_type(type)) return failure("an event's type has 1 to 256 bytes");
  std::vector<Entry> entries;
  entries.reserve(fields.size() + 1);
  msgpack::sbuffer buffer;
  msgpack::packer<msgpack::sbuffer> packer(buffer);
  packer.pack_map(static_cast<uint32_t>(fields.size() + 1));
  pack_text(packer, "type");
  pack_text(packer, type);
  entries.push_back({"type", ValueKind::Text, std::string(type)});
  for (const wharf_field& field : fields) {
    std::string_view key(field.key.data, field.key.size);
    std::string_view value(field.value.data, field.value.size);
    if (key == "type") return failure("an event's type is given apart: no field may be called \"type\"");
    pack_text(packer, key);
    if (field.kind == WHARF_TEXT) {
      pack_text(packer, value);
    } else {
      packer.pack_bin(static_cast<uint32_t>(value.size()));
      packer.pack_bin_body(value.data(), static_cast<uint32_t>(value.size()));
    }
    entries.push_back({std::string(key), field.kind == WHARF_TEXT ? ValueKind::Text : ValueKind::Bytes,
                       std::string(value)});
  }
  return EventPtr(new Event(std::string(buffer.data(), buffer.size()), std::move(entries)));
}

Result<EventPtr> Event::from_msgpack(std::string_view packed) {
  const Result<std::vector<PackedEntry>> entries = read_map(packed);
  if (!entries) return tl::make_unexpected(entries.error());
  return make(std::string(packed), *entries);
}

Result<EventPtr> Event::from_entries(std::span<const PackedEntry> entries) {
  return make(write_map(entries), entries);
}

Result<EventPtr> Event::make(std::string packed, std::span<const PackedEntry> packed_entries) {
  std::vector<Entry> entries;
  entries.reserve(packed_entries.size());
  bool typed = false;
  for (const PackedEntry& entry : packed_entries) {
    entries.push_back({std::string(entry.key), entry.kind, std::string(entry.content)});
    if (entry.key == "type") typed = entry.kind == ValueKind::Text && is_type(entry.content);
  }
  if (!typed) return failure("an event has a text of 1 to 256 bytes under \"type\"");
  return EventPtr(new Event(std::move(packed), std::move(entries)));
}

}  // namespace wharf::layer
