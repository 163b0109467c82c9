// A MessagePack map, read as spans of its own bytes. No value is built, so nothing is allocated for what a
// length merely claims, and an entry can be left out or added without packing the others again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/error.h"

namespace wharf::layer {

enum class ValueKind : uint8_t { Text, Bytes, Other };

// Everything is borrowed from the bytes that were read.
struct PackedEntry {
  std::string_view whole;  // key and value, as they stand in the map
  std::string_view key;
  std::string_view value;    // packed
  std::string_view content;  // what a Text or Bytes value holds
  ValueKind kind;
};

// The entries in their order, repeated keys included. Refuses what is not one whole map with text keys, what
// is nested deeper than 64, and what Python's msgpack refuses to read: extension types, and keys of inner
// maps that are neither text nor bytes.
Result<std::vector<PackedEntry>> read_map(std::string_view packed);

// What packs to the shortest form, as Python's msgpack does. At most 2^32 - 1 entries.
std::string write_map(std::span<const PackedEntry> entries);

// The head of a map, which says how many entries follow it.
struct MapHead {
  uint32_t entries;
  size_t size;  // of the head itself, in bytes
};

// Nothing for what does not begin with one.
std::optional<MapHead> read_map_head(std::string_view packed);

// What msgpack::packer writes to.
struct PackedText {
  std::string bytes;
  void write(const char* data, size_t size) { bytes.append(data, size); }
};

}  // namespace wharf::layer
