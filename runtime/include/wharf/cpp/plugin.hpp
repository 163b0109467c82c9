// SPDX-License-Identifier: MIT
//
// Part of wharf/consumer.hpp: a consumer class as the one symbol of a plugin.
#ifndef WHARF_CPP_PLUGIN_HPP
#define WHARF_CPP_PLUGIN_HPP

#include <array>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "../ext/migrate.h"
#include "consumer_class.hpp"

namespace wharf {

// Thrown by the constructor of a route's state (see RouteConsumer): the offending place of the config as a
// JSON pointer, and the reason. The runtime prints it with the file and line of that place.
struct Refuse {
  std::string pointer;  // "/ssh/port"; "" for the whole
  std::string why;
};

// What a plugin says about itself. `name` is the file's name without ".so".
struct Plugin {
  const char* name = nullptr;
  const char* version = nullptr;
  const char* summary = nullptr;              // one line, or nothing
  std::array<const char*, 9> subprotocols{};  // at most 8, in order of preference
};

namespace detail {

// A class whose connections can go over to the next version of itself (wharf/ext/migrate.h):
//   std::string export_state() const;            what the next version has to know
//   void import_state(std::string_view state);   instead of connect(); throws for what it does not understand
template <class ConsumerClass>
concept Migrates = requires(ConsumerClass& consumer, const ConsumerClass& old, std::string_view state) {
  { old.export_state() } -> std::convertible_to<std::string>;
  consumer.import_state(state);
};

// The C callbacks of one consumer class.
template <class ConsumerClass>
struct Glue {
  static_assert(std::is_base_of_v<Consumer, ConsumerClass>, "a consumer class derives from wharf::Consumer");

  struct Instance {
    explicit Instance(const wharf_host* table) : host(table), route(host) {}
    Host host;
    typename ConsumerClass::Route route;
  };

  static void* create(const wharf_host* table) noexcept {
    void* instance = nullptr;
    const auto refuse = [&](const char* pointer, std::string_view why) {
      table->fail(table, pointer, bytes(why));
    };
    contain(
        [&] {
          try {
            instance = std::make_unique<Instance>(table).release();
          } catch (const Refuse& refused) {
            refuse(refused.pointer.c_str(), refused.why);
          }
        },
        [&](const char* what) { refuse("", what); });
    return instance;
  }

  static void destroy(void* instance) noexcept { delete static_cast<Instance*>(instance); }

  static wharf_decision connect(void* opaque, wharf_connection connection, const wharf_scope* scope,
                                void** state) noexcept {
    Instance& instance = *static_cast<Instance*>(opaque);
    wharf_decision decision = WHARF_REJECT;
    contain(
        [&] {
          std::unique_ptr<ConsumerClass> owner = std::make_unique<ConsumerClass>();
          Consumer& consumer = *owner;
          adopt(consumer, instance, connection);
          consumer.scope_ = scope;
          consumer.stage_ = Consumer::Stage::connecting;
          consumer.connect();
          consumer.scope_ = nullptr;
          if (consumer.stage_ == Consumer::Stage::rejected) return;
          const bool accepted = consumer.stage_ == Consumer::Stage::accepted;
          if (!accepted) consumer.stage_ = Consumer::Stage::pending;
          *state = owner.release();
          decision = accepted ? WHARF_ACCEPT : WHARF_PENDING;
        },
        [&](const char* what) {
          instance.host.log(WHARF_ERROR, connection, std::string("connect threw: ") + what);
          instance.host.reject(connection, 500, {});
        });
    return decision;
  }

  static void receive(void*, wharf_connection, void* state, wharf_kind kind, wharf_bytes message) noexcept {
    Consumer& consumer = *static_cast<ConsumerClass*>(state);
    consumer.run("receive", [&] {
      if (kind == WHARF_TEXT)
        consumer.receive(view(message));
      else
        consumer.receive_binary(binary(message));
    });
  }

  static void event(void*, wharf_connection, void* state, const wharf_event* raw) noexcept {
    ConsumerClass& own = *static_cast<ConsumerClass*>(state);
    Consumer& consumer = own;
    const Event event(*raw);
    const auto offer = [&](const auto& handler) {
      if (handler.type != event.type()) return false;
      (own.*handler.method)(event);
      return true;
    };
    const auto dispatch = [&](const auto&... handlers) { return (offer(handlers) || ...); };
    consumer.run("event", [&] {
      try {
        if (!std::apply(dispatch, ConsumerClass::events))
          consumer.log().warning("ignored an event of type \"" + std::string(event.type()) +
                                 "\": the consumer lists no handler for it");
      } catch (const BadEvent& bad) {
        consumer.log().warning(std::string("skipped an event: ") + bad.what());
      }
    });
  }

  static void drain(void*, wharf_connection, void* state) noexcept {
    Consumer& consumer = *static_cast<ConsumerClass*>(state);
    consumer.run("drain", [&] { consumer.drain(); });
  }

  static void disconnect(void*, wharf_connection, void* state, uint32_t code, wharf_bytes reason) noexcept {
    const std::unique_ptr<ConsumerClass> owner(static_cast<ConsumerClass*>(state));
    Consumer& consumer = *owner;
    contain([&] { consumer.disconnect(code, view(reason)); },
            [&](const char* what) { consumer.log().error(std::string("disconnect threw: ") + what); });
  }

  static wharf_result export_state(void*, wharf_connection, void* state,
                                   void (*sink)(void* context, wharf_bytes bytes), void* context) noexcept {
    const ConsumerClass& own = *static_cast<ConsumerClass*>(state);
    const Consumer& consumer = own;
    if (consumer.failed_ || consumer.stage_ != Consumer::Stage::accepted) return WHARF_DENIED;
    wharf_result result = WHARF_INVALID;
    contain(
        [&] {
          const std::string exported = own.export_state();
          sink(context, bytes(exported));
          result = WHARF_OK;
        },
        [&](const char* what) { consumer.log().error(std::string("export_state threw: ") + what); });
    return result;
  }

  static wharf_result import_state(void* opaque, wharf_connection connection, wharf_bytes state,
                                   void** taken) noexcept {
    Instance& instance = *static_cast<Instance*>(opaque);
    wharf_result result = WHARF_INVALID;
    contain(
        [&] {
          std::unique_ptr<ConsumerClass> owner = std::make_unique<ConsumerClass>();
          adopt(*owner, instance, connection);
          Consumer& consumer = *owner;
          consumer.stage_ = Consumer::Stage::accepted;
          owner->import_state(view(state));
          *taken = owner.release();
          result = WHARF_OK;
        },
        [&](const char* what) {
          instance.host.log(WHARF_WARNING, connection, std::string("import_state threw: ") + what);
        });
    return result;
  }

  static void release(void*, wharf_connection, void* state) noexcept {
    delete static_cast<ConsumerClass*>(state);
  }

  static const void* extension(const char* id) noexcept {
    static constexpr wharf_migrate table = {sizeof(wharf_migrate), 0, export_state, import_state, release};
    return std::strcmp(id, WHARF_MIGRATE) == 0 ? &table : nullptr;
  }

  static void adopt(Consumer& consumer, Instance& instance, wharf_connection connection) {
    consumer.host_ = instance.host;
    consumer.connection_ = connection;
    consumer.route_ = &instance.route;
  }

  // A class that cannot migrate has no such functions to be called.
  static constexpr auto find_extension() -> const void* (*)(const char*) {
    if constexpr (Migrates<ConsumerClass>) {
      return extension;
    } else {
      return nullptr;
    }
  }

  // The runtime treats a consumer with `drain` differently, so the table has one only if the class has.
  static constexpr bool drains = !std::is_same_v<decltype(&ConsumerClass::drain), void (Consumer::*)()>;
};

template <class ConsumerClass>
consteval wharf_consumer entry(const Plugin& plugin) {
  if (plugin.name == nullptr || plugin.version == nullptr) throw "a plugin has a name and a version";
  if (plugin.subprotocols.back() != nullptr) throw "a plugin has at most 8 subprotocols";
  using Callbacks = Glue<ConsumerClass>;
  return {
      WHARF_ENTRY,
      .name = plugin.name,
      .version = plugin.version,
      .summary = plugin.summary,
      .subprotocols = plugin.subprotocols.front() == nullptr ? nullptr : plugin.subprotocols.data(),
      .create = Callbacks::create,
      .destroy = Callbacks::destroy,
      .connect = Callbacks::connect,
      .receive = Callbacks::receive,
      .event = Callbacks::event,
      .drain = Callbacks::drains ? Callbacks::drain : nullptr,
      .disconnect = Callbacks::disconnect,
      .extension = Callbacks::find_extension(),
  };
}

}  // namespace detail
}  // namespace wharf

// Makes `ConsumerClass` the consumer of this plugin; the rest are the members of Plugin. Once, at global
// scope:
//   WHARF_PLUGIN(Chat, .name = "chat", .version = "2.1.0", .subprotocols = {"chat.v2", "chat.v1"});
// The symbol is a constant: the runtime reads it out of the file before any code of the plugin runs.
#define WHARF_PLUGIN(ConsumerClass, ...)                                  \
  static constexpr ::wharf::Plugin wharf_plugin_description{__VA_ARGS__}; \
  constinit const wharf_consumer wharf_consumer_entry =                   \
      ::wharf::detail::entry<ConsumerClass>(wharf_plugin_description)

#endif  // WHARF_CPP_PLUGIN_HPP
