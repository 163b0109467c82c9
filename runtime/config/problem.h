// A problem with the configuration, as every room reports it: where, what, why, and what to do.
#pragma once

#include <string>
#include <vector>

namespace wharf::config {

// Lines and columns count from 1; 0 means that the place is the whole file.
struct Position {
  std::string file;
  int line = 0;
  int column = 0;
};

struct Problem {
  Position where;
  std::string what;    // "unknown key `limts`"
  std::string remedy;  // "did you mean `limits`?"

  // "routes.yaml:17:9: unknown key `limts`: did you mean `limits`?"
  std::string text() const;
};

using Problems = std::vector<Problem>;

}  // namespace wharf::config
