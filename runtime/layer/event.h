// An event: a MessagePack map with text keys, of which "type" is one. Immutable and shared: one event serves
// every member of a group on every worker. It *is* the wharf_event that plugins read.
#pragma once

#include <wharf/consumer.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "layer/packed_map.h"
#include "telemetry/error.h"

namespace wharf::layer {

class Event;
using EventPtr = std::shared_ptr<const Event>;

// [any-thread] Everything is constant after it is made.
class Event : public wharf_event {
 public:
  // Fails for a type that is no text of 1 to 256 bytes, and for a field of the name "type".
  static Result<EventPtr> from_fields(std::string_view type, std::span<const wharf_field> fields);
  // Fails for what read_map() refuses, and for a missing or empty type.
  static Result<EventPtr> from_msgpack(std::string_view packed);
  // Of some of the entries of a map that read_map() has read.
  static Result<EventPtr> from_entries(std::span<const PackedEntry> entries);

  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  // What it weighs where events wait.
  size_t bytes_held() const { return packed_.size() + sizeof(Event); }

 private:
  struct Entry {
    std::string key;
    ValueKind kind;
    std::string value;  // empty for Other
  };

  Event(std::string packed, std::vector<Entry> entries);
  static Result<EventPtr> make(std::string packed, std::span<const PackedEntry> entries);

  const Entry* find(std::string_view key) const;
  wharf_bytes value(const char* key, bool text_only) const;

  std::string packed_;
  std::vector<Entry> entries_;
};

}  // namespace wharf::layer
