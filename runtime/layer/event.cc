#include "layer/event.h"

#include <msgpack.hpp>

#include <cstring>
#include <utility>

namespace wharf::layer {

namespace {

constexpr size_t longest_type = 256;
constexpr size_t deepest = 64;

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
  constexpr size_t any = 0xffffffff;
  std::vector<Entry> entries;
  try {
    // Lengths that the bytes cannot hold are refused by the parser before anything is allocated for them.
    size_t end = 0;
    msgpack::unpack_limit limit(packed.size(), packed.size(), any, any, any, deepest);
    msgpack::object_handle handle =
        msgpack::unpack(packed.data(), packed.size(), end, nullptr, nullptr, limit);
    if (end != packed.size()) return failure("an event is one MessagePack map, and more follows this one");
    const msgpack::object& object = handle.get();
    if (object.type != msgpack::type::MAP) return failure("an event is a MessagePack map");
    for (uint32_t i = 0; i < object.via.map.size; ++i) {
      const msgpack::object_kv& pair = object.via.map.ptr[i];
      if (pair.key.type != msgpack::type::STR) return failure("a key of an event is text");
      Entry entry{std::string(pair.key.via.str.ptr, pair.key.via.str.size), ValueKind::Other, {}};
      if (pair.val.type == msgpack::type::STR) {
        entry.kind = ValueKind::Text;
        entry.value.assign(pair.val.via.str.ptr, pair.val.via.str.size);
      } else if (pair.val.type == msgpack::type::BIN) {
        entry.kind = ValueKind::Bytes;
        entry.value.assign(pair.val.via.bin.ptr, pair.val.via.bin.size);
      }
      entries.push_back(std::move(entry));
    }
  } catch (const std::exception& error) {
    return failure(std::string("not MessagePack: ") + error.what());
  }
  bool typed = false;
  for (const Entry& entry : entries) {
    if (entry.key == "type") typed = entry.kind == ValueKind::Text && is_type(entry.value);
  }
  if (!typed) return failure("an event has a text of 1 to 256 bytes under \"type\"");
  return EventPtr(new Event(std::string(packed), std::move(entries)));
}

}  // namespace wharf::layer
