// A session's content, of which the login and the expiry are all that matters here.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "auth/django/iso_date.h"

namespace wharf::auth::django {

// The texts and numbers of a session, whatever wrote them; everything else in it is left out.
using SessionValues = std::map<std::string, std::variant<std::string, int64_t>>;

// Who has logged in.
struct Login {
  std::string user_id;  // the primary key as text
  std::string backend;  // that has let the user in: "django.contrib.auth.backends.ModelBackend"
  std::string hash;     // of the password that the user had then
};

struct Session {
  std::optional<Login> login;
  // `_session_expiry`: seconds from the last change, or a date as Unix time. None: the default age.
  std::optional<int64_t> expiry_age;
  std::optional<int64_t> expiry_date;
};

// [any-thread] JSONSerializer: nothing when `json` is no object.
std::optional<SessionValues> read_json_session(std::string_view json);

// [any-thread] Nothing when the session names a date of expiry that is none.
std::optional<Session> make_session(const SessionValues& values, NaiveTime naive);

}  // namespace wharf::auth::django
