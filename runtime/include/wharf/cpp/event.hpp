// SPDX-License-Identifier: MIT
//
// Part of wharf/consumer.hpp: events from the channel layer, and the list of those a consumer takes.
#ifndef WHARF_CPP_EVENT_HPP
#define WHARF_CPP_EVENT_HPP

#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>

#include "host.hpp"

namespace wharf {

// Thrown by an event handler: this event is no good. It is logged and skipped; the connection stays.
struct BadEvent : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// An event from the channel layer. Ends when its handler returns, and so do its views.
class Event {
 public:
  explicit Event(const wharf_event& event) : event_(&event) {}
  std::string_view type() const { return view(event_->type); }
  std::string_view msgpack() const { return view(event_->msgpack); }
  bool has(const char* key) const { return event_->has(event_, key) != 0; }

  // The text under `key`. Throws BadEvent when there is none.
  std::string_view operator[](const char* key) const { return view(present(event_->text(event_, key), key)); }
  // The same for a byte string.
  Binary binary(const char* key) const { return wharf::binary(present(event_->bytes(event_, key), key)); }

 private:
  wharf_bytes present(wharf_bytes value, const char* key) const {
    if (value.data != nullptr) return value;
    throw BadEvent("the event \"" + std::string(type()) + "\" has no \"" + key + "\" of the type asked for");
  }
  const wharf_event* event_;
};

// One line of a consumer's list of events: its type, and the member function that takes it.
template <class ConsumerClass>
struct Handler {
  std::string_view type;
  void (ConsumerClass::*method)(const Event&);
};
template <class ConsumerClass>
constexpr Handler<ConsumerClass> on(std::string_view type, void (ConsumerClass::*method)(const Event&)) {
  return {type, method};
}
template <class... Handlers>
constexpr std::tuple<Handlers...> events(Handlers... handlers) {
  return {handlers...};
}

}  // namespace wharf

#endif  // WHARF_CPP_EVENT_HPP
