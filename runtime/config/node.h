// The YAML of one file as a tree with places, before anybody asks what it means. Aliases share their anchor's
// node, so a place is always where the text stands.
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace wharf::config {

// Lines and columns (in characters) count from 1; 0 means the whole file.
struct Place {
  int line = 0;
  int column = 0;
};

struct Node {
  enum class Kind { Null, Scalar, List, Map };
  struct Entry;

  Kind kind = Kind::Null;
  Place place;
  std::string text;                                // Scalar
  bool quoted = false;                             // Scalar: text, whatever it looks like
  std::vector<std::shared_ptr<const Node>> items;  // List
  std::vector<Entry> entries;                      // Map: keys are unique
  size_t weight = 0;  // bytes it stands for with every alias written out; bounds what a reader may build
  int height = 1;     // levels, this one included
};

struct Node::Entry {
  std::string key;
  Place place;
  std::shared_ptr<const Node> value;
};

}  // namespace wharf::config
