// What somebody who was asked can say about a visitor.
#pragma once

#include <string>

namespace wharf::auth::inquiry {

struct Answer {
  enum class Kind {
    User,
    Nobody,       // a visitor without a login that counts
    Refused,      // whoever it is, he is not to come in
    Unavailable,  // who knows did not answer
  };
  Kind kind = Kind::Nobody;
  std::string id;
  std::string username;
  unsigned status = 0;  // Refused: of HTTP, 401 or 403
};

}  // namespace wharf::auth::inquiry
