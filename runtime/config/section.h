// One map of the file. The reader takes each key it knows; what is left over at the end is unknown, and the
// keys that were taken are the right spellings to suggest.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/findings.h"
#include "config/node.h"

namespace wharf::config {

// [loader] Borrows the node and the findings.
class Section {
 public:
  // `name` is for the message: "`limits`", "a route". An empty value is a map without keys, so that a section
  // of which every key is commented out is fine.
  Section(const Node& node, std::string_view name, Findings& findings);

  // The value of `key`, or null when it is absent.
  const Node* take(const std::string& key);
  // Where `key` itself stands; call it for a key that take() found.
  Place place_of(std::string_view key) const;
  // Refuses `key` with a message of its own instead of "unknown key".
  void refuse(const std::string& key, std::string what, std::string remedy);

  // Every key is known now.
  void finish();

  bool is_map() const { return is_map_; }

 private:
  const Node::Entry* find(std::string_view key) const;

  const Node& node_;
  std::string name_;
  Findings& findings_;
  bool is_map_;
  std::vector<std::string> known_;    // what to suggest
  std::set<std::string> dealt_with_;  // no unknown keys: taken or refused
};

}  // namespace wharf::config
