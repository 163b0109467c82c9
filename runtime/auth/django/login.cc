#include "auth/django/login.h"

#include <algorithm>

#include "auth/django/digest.h"

namespace wharf::auth::django {

std::string auth_hash(std::string_view password_column, std::string_view secret) {
  return to_hex(salted_hmac("django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash",
                            password_column, secret));
}

bool still_holds(const Login& login, const User& user, const Secrets& secrets) {
  return user.is_active && std::any_of(secrets.begin(), secrets.end(), [&](const std::string& secret) {
           return equal_in_constant_time(login.hash, auth_hash(user.password, secret));
         });
}

}  // namespace wharf::auth::django
