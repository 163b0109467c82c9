// What a look-up can say about a visitor.
#pragma once

#include <string>

namespace wharf::auth::django {

struct Answer {
  enum class Kind {
    User,
    Nobody,       // no session, or none of a user who may log in
    Unavailable,  // who keeps the sessions or the users did not answer
  };
  Kind kind = Kind::Nobody;
  std::string id;
  std::string username;
};

}  // namespace wharf::auth::django
