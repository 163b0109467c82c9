#include "layer/packed_map.h"

#include <msgpack.hpp>

#include <algorithm>

namespace wharf::layer {

namespace {

constexpr size_t deepest = 64;

uint32_t big_endian(std::string_view bytes) {
  uint32_t number = 0;
  for (char byte : bytes) number = number << 8 | static_cast<unsigned char>(byte);
  return number;
}

// Sees one key or value of the outermost map, and what is inside.
struct Checker : msgpack::null_visitor {
  const char* wrong = nullptr;
  ValueKind kind = ValueKind::Other;
  std::string_view content;

  bool visit_nil() { return plain(); }
  bool visit_boolean(bool) { return plain(); }
  bool visit_positive_integer(uint64_t) { return plain(); }
  bool visit_negative_integer(int64_t) { return plain(); }
  bool visit_float32(float) { return plain(); }
  bool visit_float64(double) { return plain(); }
  bool visit_str(const char* text, uint32_t size) { return take(ValueKind::Text, {text, size}); }
  bool visit_bin(const char* bytes, uint32_t size) { return take(ValueKind::Bytes, {bytes, size}); }
  bool visit_ext(const char*, uint32_t) { return refuse("an event has no extension types"); }
  bool start_array(uint32_t) { return plain() && deeper(); }
  bool start_map(uint32_t) { return plain() && deeper(); }
  bool end_array() { return higher(); }
  bool end_map() { return higher(); }
  bool start_map_key() { return is_key_ = true; }
  bool end_map_key() { return !(is_key_ = false); }
  void parse_error(size_t, size_t) { refuse("not MessagePack: a byte that begins no value"); }
  void insufficient_bytes(size_t, size_t) { refuse("not MessagePack: it ends in the middle of a value"); }

 private:
  // For everything that is neither text nor bytes.
  bool plain() { return !is_key_ || refuse("a key of a map in an event is text or bytes"); }
  bool take(ValueKind taken, std::string_view bytes) {
    if (depth_ == 1) {
      kind = taken;
      content = bytes;
    }
    return true;
  }
  bool deeper() { return ++depth_ <= deepest || refuse("an event is nested at most 64 deep"); }
  bool higher() {
    --depth_;
    return true;
  }
  bool refuse(const char* why) {
    if (wrong == nullptr) wrong = why;
    return false;
  }

  size_t depth_ = 1;  // the outermost map
  bool is_key_ = false;
};

// Moves `at` behind the value that begins there.
Result<Checker> read_value(std::string_view packed, size_t& at) {
  Checker checker;
  try {
    if (msgpack::parse(packed.data(), packed.size(), at, checker)) return checker;
  } catch (const std::exception& error) {
    return failure(std::string("not MessagePack: ") + error.what());
  }
  return failure(checker.wrong != nullptr ? checker.wrong : "not MessagePack");
}

}  // namespace

std::optional<MapHead> read_map_head(std::string_view packed) {
  if (packed.empty()) return std::nullopt;
  const auto first = static_cast<unsigned char>(packed[0]);
  if (first >= 0x80 && first <= 0x8f) return MapHead{first & 0x0fu, 1};
  if (first == 0xde && packed.size() >= 3) return MapHead{big_endian(packed.substr(1, 2)), 3};
  if (first == 0xdf && packed.size() >= 5) return MapHead{big_endian(packed.substr(1, 4)), 5};
  return std::nullopt;
}

Result<std::vector<PackedEntry>> read_map(std::string_view packed) {
  const std::optional<MapHead> head = read_map_head(packed);
  if (!head) return failure("an event is a MessagePack map");
  std::vector<PackedEntry> entries;
  // An entry has two bytes or more; the number in the head may be anything.
  entries.reserve(std::min<size_t>(head->entries, 16));
  size_t at = head->size;
  for (uint32_t i = 0; i < head->entries; ++i) {
    const size_t start = at;
    const Result<Checker> key = read_value(packed, at);
    if (!key) return tl::make_unexpected(key.error());
    if (key->kind != ValueKind::Text) return failure("a key of an event is text");
    const size_t middle = at;
    const Result<Checker> value = read_value(packed, at);
    if (!value) return tl::make_unexpected(value.error());
    entries.push_back({packed.substr(start, at - start), key->content, packed.substr(middle, at - middle),
                       value->content, value->kind});
  }
  if (at != packed.size()) return failure("an event is one MessagePack map, and more follows this one");
  return entries;
}

std::string write_map(std::span<const PackedEntry> entries) {
  PackedText packed;
  msgpack::packer<PackedText>(packed).pack_map(static_cast<uint32_t>(entries.size()));
  for (const PackedEntry& entry : entries) packed.bytes += entry.whole;
  return std::move(packed.bytes);
}

}  // namespace wharf::layer
