#include "auth/django/session.h"

#include <nlohmann/json.hpp>

#include <utility>

namespace wharf::auth::django {

namespace {

std::string text_of(const SessionValues& values, const char* key) {
  const auto found = values.find(key);
  if (found == values.end()) return {};
  const std::string* text = std::get_if<std::string>(&found->second);
  return text != nullptr ? *text : std::to_string(std::get<int64_t>(found->second));
}

}  // namespace

std::optional<SessionValues> read_json_session(std::string_view json) {
  const nlohmann::json content = nlohmann::json::parse(json, nullptr, false);
  if (!content.is_object()) return std::nullopt;
  SessionValues values;
  for (const auto& [key, value] : content.items()) {
    if (value.is_string()) values[key] = value.get<std::string>();
    if (value.is_number_integer()) values[key] = value.get<int64_t>();
  }
  return values;
}

std::optional<Session> make_session(const SessionValues& values, NaiveTime naive) {
  Session session;
  Login login{text_of(values, "_auth_user_id"), text_of(values, "_auth_user_backend"),
              text_of(values, "_auth_user_hash")};
  if (!login.user_id.empty() && !login.backend.empty()) session.login = std::move(login);
  const auto expiry = values.find("_session_expiry");
  if (expiry == values.end()) return session;
  if (const int64_t* seconds = std::get_if<int64_t>(&expiry->second)) {
    if (*seconds != 0) session.expiry_age = *seconds;  // 0: when the browser closes, which nobody sees here
    return session;
  }
  session.expiry_date = read_iso_date(std::get<std::string>(expiry->second), naive);
  if (!session.expiry_date) return std::nullopt;
  return session;
}

}  // namespace wharf::auth::django
