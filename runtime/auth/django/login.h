// What has to hold before a login is believed.
#pragma once

#include <string>
#include <string_view>

#include "auth/django/secrets.h"
#include "auth/django/session.h"

namespace wharf::auth::django {

// One row of the user table.
struct User {
  std::string id;
  std::string username;
  std::string password;  // the column: the hash of the password, "!…" for one that cannot be used
  bool is_active = false;
};

// [any-thread] AbstractBaseUser.get_session_auth_hash(): lower-case hex.
std::string auth_hash(std::string_view password_column, std::string_view secret);

// [any-thread] Whether the login is of this user as he is now: still active, the password unchanged since.
// One of the fallback secrets may have been the key at the time.
bool still_holds(const Login& login, const User& user, const Secrets& secrets);

}  // namespace wharf::auth::django
