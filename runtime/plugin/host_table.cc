#include "plugin/host_table.h"

#include <cstring>
#include <span>
#include <string>

#include "plugin/arguments.h"
#include "plugin/extensions.h"
#include "plugin/host_call.h"

namespace wharf::plugin {

namespace {

// --- Connections.

wharf_result accept(const wharf_host* host, wharf_connection connection) noexcept {
  return host_call(HostContext::of(host), [&](Services& services) { return services->accept(connection); });
}

wharf_result reject(const wharf_host* host, wharf_connection connection, uint32_t status,
                    wharf_bytes why) noexcept {
  HostContext& context = HostContext::of(host);
  if (Complaint wrong = check_http_status(status)) return refuse_call(context, "reject", connection, wrong);
  if (Complaint wrong = check_bytes(why)) return refuse_call(context, "reject", connection, wrong);
  return host_call(context,
                   [&](Services& services) { return services->reject(connection, status, view(why)); });
}

wharf_result send(const wharf_host* host, wharf_connection connection, wharf_kind kind,
                  wharf_bytes message) noexcept {
  HostContext& context = HostContext::of(host);
  if (Complaint wrong = check_kind(kind)) return refuse_call(context, "send", connection, wrong);
  if (Complaint wrong = check_bytes(message)) return refuse_call(context, "send", connection, wrong);
  return host_call(context,
                   [&](Services& services) { return services->send(connection, kind, view(message)); });
}

wharf_result close(const wharf_host* host, wharf_connection connection, uint32_t code,
                   wharf_bytes reason) noexcept {
  HostContext& context = HostContext::of(host);
  if (Complaint wrong = check_close_code(code)) return refuse_call(context, "close", connection, wrong);
  if (Complaint wrong = check_close_reason(reason)) return refuse_call(context, "close", connection, wrong);
  return host_call(context,
                   [&](Services& services) { return services->close(connection, code, view(reason)); });
}

uint64_t buffered(const wharf_host* host, wharf_connection connection) noexcept {
  return guarded(uint64_t{0}, [&] {
    Services services(HostContext::of(host));
    return services ? services->buffered(connection) : uint64_t{0};
  });
}

size_t channel_name(const wharf_host* host, wharf_connection connection, char* buffer,
                    size_t capacity) noexcept {
  return guarded(size_t{0}, [&] {
    Services services(HostContext::of(host));
    const std::string name = services ? services->channel_name(connection) : std::string();
    if (buffer != nullptr && capacity > name.size()) std::memcpy(buffer, name.c_str(), name.size() + 1);
    return name.size();
  });
}

// --- Groups and events.

wharf_result group_add(const wharf_host* host, wharf_connection connection, wharf_bytes group) noexcept {
  HostContext& context = HostContext::of(host);
  if (Complaint wrong = check_group(group)) return refuse_call(context, "group_add", connection, wrong);
  return host_call(context, [&](Services& services) { return services->group_add(connection, view(group)); });
}

wharf_result group_discard(const wharf_host* host, wharf_connection connection, wharf_bytes group) noexcept {
  HostContext& context = HostContext::of(host);
  if (Complaint wrong = check_group(group)) return refuse_call(context, "group_discard", connection, wrong);
  return host_call(context,
                   [&](Services& services) { return services->group_discard(connection, view(group)); });
}

wharf_result group_send(const wharf_host* host, wharf_bytes group, wharf_bytes type,
                        const wharf_field* fields, size_t count) noexcept {
  HostContext& context = HostContext::of(host);
  if (Complaint wrong = check_group(group)) return refuse_call(context, "group_send", 0, wrong);
  if (Complaint wrong = check_event(type, fields, count)) return refuse_call(context, "group_send", 0, wrong);
  return host_call(context, [&](Services& services) {
    return services->group_send(view(group), view(type), std::span(fields, count));
  });
}

wharf_result group_send_msgpack(const wharf_host* host, wharf_bytes group, wharf_bytes msgpack) noexcept {
  HostContext& context = HostContext::of(host);
  if (Complaint wrong = check_group(group)) return refuse_call(context, "group_send_msgpack", 0, wrong);
  if (Complaint wrong = check_msgpack(msgpack)) return refuse_call(context, "group_send_msgpack", 0, wrong);
  return host_call(
      context, [&](Services& services) { return services->group_send_msgpack(view(group), view(msgpack)); });
}

wharf_result channel_send(const wharf_host* host, wharf_bytes channel, wharf_bytes type,
                          const wharf_field* fields, size_t count) noexcept {
  HostContext& context = HostContext::of(host);
  if (Complaint wrong = check_channel(channel)) return refuse_call(context, "channel_send", 0, wrong);
  if (Complaint wrong = check_event(type, fields, count))
    return refuse_call(context, "channel_send", 0, wrong);
  return host_call(context, [&](Services& services) {
    return services->channel_send(view(channel), view(type), std::span(fields, count));
  });
}

wharf_result channel_send_msgpack(const wharf_host* host, wharf_bytes channel, wharf_bytes msgpack) noexcept {
  HostContext& context = HostContext::of(host);
  if (Complaint wrong = check_channel(channel)) return refuse_call(context, "channel_send_msgpack", 0, wrong);
  if (Complaint wrong = check_msgpack(msgpack)) return refuse_call(context, "channel_send_msgpack", 0, wrong);
  return host_call(context, [&](Services& services) {
    return services->channel_send_msgpack(view(channel), view(msgpack));
  });
}

// --- The instance itself.

wharf_result post(const wharf_host* host, void (*run)(void*, void*), void* argument) noexcept {
  HostContext& context = HostContext::of(host);
  if (run == nullptr) return refuse_call(context, "post", 0, "the function is NULL");
  return guarded(WHARF_FULL, [&] { return context.posts.push(context, run, argument); });
}

spdlog::level::level_enum level_of(wharf_level level) {
  switch (level) {
    case WHARF_DEBUG:
      return spdlog::level::debug;
    case WHARF_INFO:
      return spdlog::level::info;
    case WHARF_WARNING:
      return spdlog::level::warn;
    default:
      return spdlog::level::err;
  }
}

void log(const wharf_host* host, wharf_level level, wharf_connection connection, wharf_bytes text) noexcept {
  HostContext& context = HostContext::of(host);
  if (Complaint wrong = check_bytes(text)) {
    refuse_call(context, "log", connection, wrong);
    return;
  }
  guarded(0, [&] {
    context.write_log(level_of(level), connection, view(text));
    return 0;
  });
}

void fail(const wharf_host* host, const char* json_pointer, wharf_bytes why) noexcept {
  HostContext& context = HostContext::of(host);
  if (!context.on_worker() || !context.creating) {
    refuse_call(context, "fail", 0, "it is for `create` alone: log the error, or close the connection");
    return;
  }
  // The first reason is the root of those that follow.
  if (context.refusal) return;
  guarded(0, [&] {
    std::string pointer = json_pointer == nullptr ? "" : json_pointer;
    if (!pointer.empty() && pointer.front() != '/') {
      context.invalid("fail", 0,
                      "the JSON pointer does not begin with a slash: it is taken for the whole config");
      pointer.clear();
    }
    const bool has_reason = check_bytes(why) == nullptr && why.size > 0;
    context.refusal = CreateRefusal{pointer, has_reason ? std::string(view(why)) : "it gave no reason"};
    return 0;
  });
}

const void* extension(const wharf_host*, const char* id) noexcept {
  return id == nullptr ? nullptr : find_extension(id);
}

}  // namespace

wharf_host host_table() {
  wharf_host table{};
  table.size = sizeof table;
  table.abi_major = WHARF_ABI_MAJOR;
  table.abi_minor = WHARF_ABI_MINOR;
  table.name = "wharf";
  table.version = WHARF_VERSION;
  table.accept = accept;
  table.reject = reject;
  table.send = send;
  table.close = close;
  table.buffered = buffered;
  table.group_add = group_add;
  table.group_discard = group_discard;
  table.group_send = group_send;
  table.group_send_msgpack = group_send_msgpack;
  table.channel_send = channel_send;
  table.channel_send_msgpack = channel_send_msgpack;
  table.channel_name = channel_name;
  table.post = post;
  table.log = log;
  table.fail = fail;
  table.extension = extension;
  return table;
}

}  // namespace wharf::plugin
