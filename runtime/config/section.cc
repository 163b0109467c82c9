#include "config/section.h"

#include <fmt/format.h>

#include <utility>

#include "config/quote.h"
#include "config/scalar.h"
#include "config/suggest.h"

namespace wharf::config {

Section::Section(const Node& node, std::string_view name, Findings& findings)
    : node_(node),
      name_(name),
      findings_(findings),
      is_map_(node.kind == Node::Kind::Map || node.kind == Node::Kind::Null) {
  if (!is_map_)
    findings.add(node.place, fmt::format("{} is {}", name_, describe(node)), "write `key: value` lines");
}

const Node* Section::take(const std::string& key) {
  known_.push_back(key);
  dealt_with_.insert(key);
  const Node::Entry* entry = find(key);
  return entry != nullptr ? entry->value.get() : nullptr;
}

Place Section::place_of(std::string_view key) const {
  const Node::Entry* entry = find(key);
  return entry != nullptr ? entry->place : node_.place;
}

void Section::refuse(const std::string& key, std::string what, std::string remedy) {
  dealt_with_.insert(key);
  if (const Node::Entry* entry = find(key)) findings_.add(entry->place, std::move(what), std::move(remedy));
}

void Section::finish() {
  for (const Node::Entry& entry : node_.entries) {
    if (dealt_with_.contains(entry.key)) continue;
    findings_.add(entry.place, fmt::format("unknown key {} in {}", quote(entry.key), name_),
                  suggest(entry.key, known_));
  }
}

const Node::Entry* Section::find(std::string_view key) const {
  for (const Node::Entry& entry : node_.entries) {
    if (entry.key == key) return &entry;
  }
  return nullptr;
}

}  // namespace wharf::config
