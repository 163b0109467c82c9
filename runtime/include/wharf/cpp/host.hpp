// SPDX-License-Identifier: MIT
//
// Part of wharf/consumer.hpp: what the runtime offers.
#ifndef WHARF_CPP_HOST_HPP
#define WHARF_CPP_HOST_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "../consumer.h"

namespace wharf {

using Binary = std::span<const std::byte>;

constexpr std::string_view view(wharf_bytes bytes) {
  return bytes.data == nullptr ? std::string_view() : std::string_view(bytes.data, bytes.size);
}
constexpr wharf_bytes bytes(std::string_view text) { return {text.data(), text.size()}; }
inline Binary binary(wharf_bytes data) { return std::as_bytes(std::span(data.data, data.size)); }
inline wharf_bytes bytes(Binary data) { return {reinterpret_cast<const char*>(data.data()), data.size()}; }

// One entry of an event to be sent. Borrows both views.
struct Field : wharf_field {
  Field(std::string_view name, std::string_view text)
      : wharf_field{bytes(name), bytes(text), WHARF_TEXT, 0} {}
  Field(std::string_view name, Binary data) : wharf_field{bytes(name), bytes(data), WHARF_BINARY, 0} {}
};
static_assert(sizeof(Field) == sizeof(wharf_field),
              "a list of Field is handed over as an array of wharf_field");

using Fields = std::initializer_list<Field>;

// What the runtime offers, whoever asks. A value: copy it freely; it is good until the instance is destroyed.
// All functions are [any-thread]; their contracts are those of the equally named members of wharf_host.
class Host {
 public:
  explicit Host(const wharf_host* table) : table_(table) {}

  // The route's `config:` as JSON text, "{}" when it has none. Lives as long as the instance.
  std::string_view config() const { return view(table_->config); }

  wharf_result accept(wharf_connection connection) const { return table_->accept(table_, connection); }
  wharf_result reject(wharf_connection connection, uint32_t http_status, std::string_view why) const {
    return table_->reject(table_, connection, http_status, bytes(why));
  }
  wharf_result send(wharf_connection connection, std::string_view text) const {
    return table_->send(table_, connection, WHARF_TEXT, bytes(text));
  }
  wharf_result send_binary(wharf_connection connection, Binary data) const {
    return table_->send(table_, connection, WHARF_BINARY, bytes(data));
  }
  wharf_result close(wharf_connection connection, uint32_t code, std::string_view reason) const {
    return table_->close(table_, connection, code, bytes(reason));
  }
  uint64_t buffered(wharf_connection connection) const { return table_->buffered(table_, connection); }

  wharf_result group_add(wharf_connection connection, std::string_view group) const {
    return table_->group_add(table_, connection, bytes(group));
  }
  wharf_result group_discard(wharf_connection connection, std::string_view group) const {
    return table_->group_discard(table_, connection, bytes(group));
  }
  wharf_result group_send(std::string_view group, std::string_view type, Fields fields = {}) const {
    return table_->group_send(table_, bytes(group), bytes(type), fields.begin(), fields.size());
  }
  wharf_result group_send_msgpack(std::string_view group, std::string_view msgpack) const {
    return table_->group_send_msgpack(table_, bytes(group), bytes(msgpack));
  }
  wharf_result channel_send(std::string_view channel, std::string_view type, Fields fields = {}) const {
    return table_->channel_send(table_, bytes(channel), bytes(type), fields.begin(), fields.size());
  }
  wharf_result channel_send_msgpack(std::string_view channel, std::string_view msgpack) const {
    return table_->channel_send_msgpack(table_, bytes(channel), bytes(msgpack));
  }
  // Empty for a connection that has ended.
  std::string channel_name(wharf_connection connection) const {
    std::array<char, 256> name{};
    return {name.data(), table_->channel_name(table_, connection, name.data(), name.size())};
  }

  // Runs `work` on the worker of this instance, later, in the order of the calls. Anything but WHARF_OK: it
  // never runs. An exception out of it is logged. Work of one connection goes through Consumer::guarded.
  wharf_result post(std::function<void()> work) const;

  void log(wharf_level level, wharf_connection connection, std::string_view text) const {
    table_->log(table_, level, connection, bytes(text));
  }

  // The C table of an extension. Throws when this host has none of that id.
  template <class Table>
  const Table& extension(const char* id) const {
    if (const void* table = table_->extension(table_, id)) return *static_cast<const Table*>(table);
    throw std::runtime_error(std::string("this host has no extension \"") + id +
                             "\": run the plugin on a host that offers it");
  }

  const wharf_host* table() const { return table_; }

 private:
  const wharf_host* table_;
};

// Lines in the log of the runtime, marked with the connection.
class Log {
 public:
  Log(Host host, wharf_connection connection) : host_(host), connection_(connection) {}
  void debug(std::string_view text) const { host_.log(WHARF_DEBUG, connection_, text); }
  void info(std::string_view text) const { host_.log(WHARF_INFO, connection_, text); }
  void warning(std::string_view text) const { host_.log(WHARF_WARNING, connection_, text); }
  void error(std::string_view text) const { host_.log(WHARF_ERROR, connection_, text); }

 private:
  Host host_;
  wharf_connection connection_;
};

namespace detail {

// Runs `call`; an exception goes, as text, to `failed(what)`.
template <class Call, class Failed>
void contain(Call&& call, Failed&& failed) noexcept {
  try {
    call();
  } catch (const std::exception& error) {
    failed(error.what());
  } catch (...) {
    failed("an exception that is no std::exception");
  }
}

}  // namespace detail

inline wharf_result Host::post(std::function<void()> work) const {
  struct Posted {
    Host host;
    std::function<void()> work;
  };
  std::unique_ptr<Posted> posted = std::make_unique<Posted>(Posted{*this, std::move(work)});
  const wharf_result result = table_->post(
      table_,
      [](void*, void* argument) noexcept {
        const std::unique_ptr<Posted> mine(static_cast<Posted*>(argument));
        detail::contain(mine->work, [&](const char* what) {
          mine->host.log(WHARF_ERROR, 0, std::string("posted work threw: ") + what);
        });
      },
      posted.get());
  if (result == WHARF_OK) static_cast<void>(posted.release());  // it is the run's now
  return result;
}

}  // namespace wharf

#endif  // WHARF_CPP_HOST_HPP
