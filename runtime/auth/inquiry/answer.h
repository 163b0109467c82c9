// What somebody who was asked can say about a visitor.
#pragma once

#include <string>

namespace wharf::auth::inquiry {

struct Answer {
  enum class Kind {
    User,
    Nobody,       // a visitor without a login that counts
    Unavailable,  // who knows did not answer
  };
  Kind kind = Kind::Nobody;
  std::string id;
  std::string username;
};

}  // namespace wharf::auth::inquiry
