// The problems found in one file, on their way into the answer of load().
#pragma once

#include <string>
#include <utility>

#include "config/node.h"
#include "config/problem.h"

namespace wharf::config {

// [loader] Writes into `all`, which outlives it; load() brings them into the order of the text.
class Findings {
 public:
  Findings(std::string file, Problems& all) : file_(std::move(file)), all_(all) {}

  Position at(Place place) const { return {file_, place.line, place.column}; }
  void add(Place place, std::string what, std::string remedy) {
    all_.push_back({at(place), std::move(what), std::move(remedy)});
  }

 private:
  std::string file_;  // as the user named it
  Problems& all_;
};

}  // namespace wharf::config
