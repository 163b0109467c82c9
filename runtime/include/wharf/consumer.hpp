// SPDX-License-Identifier: MIT
//
// wharf/consumer.hpp - consumers as C++20 classes, on top of wharf/consumer.h. Header-only and optional.
//
//   class Echo : public wharf::Consumer {
//     void receive(std::string_view text) override { send(text); }
//   };
//   WHARF_PLUGIN(Echo, .name = "echo", .version = "1.0.0");
//
// One object per connection: made at connect, destroyed after disconnect. Its callbacks, its constructor and
// its destructor run on the worker that owns the connection, one at a time; so its functions are [worker].
// What other threads may use is the Host, a value to copy, and the number connection().
//
// Exceptions end here. One that leaves connect() or the constructor is logged and the handshake refused with
// 500. One that leaves a later callback is logged and the connection closed with 1011; nothing but
// disconnect() follows. One that leaves disconnect() is logged.
//
// Views (std::string_view, std::span) handed to a callback end when it returns: copy what is to be kept.
#ifndef WHARF_CONSUMER_HPP
#define WHARF_CONSUMER_HPP

#include "consumer.h"
#include "cpp/consumer_class.hpp"  // Consumer, RouteConsumer
#include "cpp/event.hpp"           // Event, BadEvent, on, events
#include "cpp/host.hpp"            // Host, Field, Log
#include "cpp/plugin.hpp"          // WHARF_PLUGIN, Plugin, Refuse
#include "cpp/scope.hpp"           // Scope, User

#endif  // WHARF_CONSUMER_HPP
