#include "config/channel_layer.h"

#include <fmt/format.h>

#include <optional>
#include <string>

#include "config/quote.h"
#include "config/scalar.h"
#include "config/section.h"
#include "config/suggest.h"

namespace wharf::config {

namespace {

void read_backend(const Node& node, Findings& findings) {
  std::optional<std::string> name = read_text(node, "channel_layer", findings);
  if (!name || *name == "memory") return;
  if (*name == "redis" || name->starts_with("redis:") || name->starts_with("rediss:")) {
    findings.add(node.place, "this version has no Redis channel layer",
                 "write `memory`, the layer of one process");
    return;
  }
  findings.add(node.place, fmt::format("unknown channel layer {}", quote(*name)), suggest(*name, {"memory"}));
}

}  // namespace

void read_channel_layer(const Node& node, ChannelLayer& layer, Findings& findings) {
  layer.where = findings.at(node.place);
  if (node.kind != Node::Kind::Map) {
    read_backend(node, findings);
    return;
  }
  Section section(node, "`channel_layer`", findings);
  if (const Node* backend = section.take("backend")) {
    read_backend(*backend, findings);
    // The keys of another backend are not worth a message each.
    if (backend->kind == Node::Kind::Scalar && backend->text != "memory") return;
  } else {
    findings.add(node.place, "`channel_layer` has no `backend`", "add `backend: memory`");
  }
  if (const Node* pending = section.take("pending")) {
    constexpr Range<uint64_t> range = {64 << 10, 1ull << 40};
    layer.pending = read_size(*pending, "pending", range, findings).value_or(layer.pending);
  }
  section.refuse("capacity", "`capacity` belongs to a Redis channel layer",
                 "what waits in memory is bounded by `pending`");
  section.finish();
}

}  // namespace wharf::config
