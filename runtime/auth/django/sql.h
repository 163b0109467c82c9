// What is said to a database, in the dialect of its kind. Names come from a checked configuration, values are
// always parameters.
#pragma once

#include <string>

#include "config/django_auth.h"

namespace wharf::auth::django {

// SOCI's name of the backend: "sqlite3", "postgresql", "mysql".
std::string backend_name(const config::Database& database);

// For SOCI. Holds the password.
std::string connect_string(const config::Database& database, config::Duration timeout);

// The data and the expiry of the session `:key`: two texts.
std::string session_query(const config::DjangoAuth& settings);

// The name, the password column and whether active ("1", "0") of the user `:id`: three texts.
std::string user_query(const config::DjangoAuth& settings);

// After connecting; empty for none.
std::string set_up_statement(const config::Database& database, config::Duration timeout);

}  // namespace wharf::auth::django
