#include "auth/django/database.h"

#include <fmt/format.h>
#include <soci/soci.h>

#include <algorithm>
#include <array>
#include <exception>
#include <filesystem>
#include <string_view>

#include "auth/django/sql.h"
#include "telemetry/log.h"

namespace wharf::auth::django {

namespace {

// A statement with one parameter and three texts at most, prepared once.
class Query {
 public:
  Query(soci::session& session, const std::string& text, const char* parameter, size_t columns)
      : statement_(session) {
    statement_.exchange(soci::use(parameter_, parameter));
    for (size_t i = 0; i < columns; ++i) statement_.exchange(soci::into(texts_[i], indicators_[i]));
    statement_.alloc();
    statement_.prepare(text);
    statement_.define_and_bind();
  }

  using Row = std::array<std::string, 3>;

  // The first such row, NULL being empty.
  std::optional<Row> run(const std::string& parameter) {
    parameter_ = parameter;
    std::optional<Row> row;
    if (statement_.execute(true)) {
      row.emplace();
      for (size_t i = 0; i < row->size(); ++i) {
        if (indicators_[i] == soci::i_ok) (*row)[i] = texts_[i];
      }
      // A statement that has rows left keeps SQLite's lock, and Django from writing.
      while (statement_.fetch()) continue;
    }
    parameter_.clear();
    return row;
  }

 private:
  std::string parameter_;
  Row texts_;
  std::array<soci::indicator, 3> indicators_{};
  soci::statement statement_;
};

bool is_uuid(std::string_view text) {
  return text.size() == 36 && text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-';
}

std::string without_dashes(std::string text) {
  std::erase(text, '-');
  return text;
}

// One line, without the statement that SOCI adds to it.
std::string reason_of(const std::exception& error) {
  const soci::soci_error* of_soci = dynamic_cast<const soci::soci_error*>(&error);
  std::string reason = of_soci != nullptr ? of_soci->get_error_message() : std::string(error.what());
  std::replace(reason.begin(), reason.end(), '\n', ' ');
  reason.erase(reason.find_last_not_of(' ') + 1);
  if (reason.find("shared library for backend") != std::string::npos) {
    reason += " (install the package libsoci-postgresql4.0, libsoci-mysql4.0 or libsoci-sqlite3-4.0)";
  }
  return telemetry::printable(reason, 500);
}

}  // namespace

struct Database::Connection {
  explicit Connection(const config::DjangoAuth& settings)
      : session(backend_name(settings.database), connect_string(settings.database, settings.limits.timeout)) {
    const std::string set_up = set_up_statement(settings.database, settings.limits.timeout);
    if (!set_up.empty()) session << set_up;
  }

  Query& sessions(const config::DjangoAuth& settings) {
    if (!session_query) session_query.emplace(session, django::session_query(settings), "key", 2);
    return *session_query;
  }
  Query& users(const config::DjangoAuth& settings) {
    if (!user_query) user_query.emplace(session, django::user_query(settings), "id", 3);
    return *user_query;
  }

  soci::session session;
  std::optional<Query> session_query;
  std::optional<Query> user_query;
};

Database::Database(const config::DjangoAuth& settings) : settings_(settings) {}
Database::~Database() = default;

Result<void> Database::ask_once(const std::function<void(Connection&)>& query) {
  try {
    // SQLite's own message names no cause.
    if (settings_.database.engine == config::Database::Engine::Sqlite &&
        !std::filesystem::exists(settings_.database.name)) {
      return failure(fmt::format("the database {} does not exist", settings_.database.name));
    }
    if (connection_ == nullptr) connection_ = std::make_unique<Connection>(settings_);
    query(*connection_);
    return {};
  } catch (const std::exception& error) {
    std::string why = reason_of(error);
    try {
      connection_.reset();
    } catch (const std::exception&) {
      static_cast<void>(connection_.release());  // a destructor that throws has left nothing to destroy
    }
    return failure(fmt::format("the database {} cannot be asked: {}", settings_.database.name, why));
  }
}

Result<void> Database::ask(const std::function<void(Connection&)>& query) {
  const bool kept = connection_ != nullptr;
  const auto began = std::chrono::steady_clock::now();
  Result<void> answer = ask_once(query);
  const bool at_once = std::chrono::steady_clock::now() - began < settings_.limits.timeout / 4;
  return !answer && kept && at_once ? ask_once(query) : answer;
}

Result<std::optional<Database::SessionRow>> Database::find_session(const std::string& key) {
  std::optional<SessionRow> row;
  const Result<void> asked = ask([&](Connection& connection) {
    const std::optional<Query::Row> found = connection.sessions(settings_).run(key);
    if (found) row = SessionRow{(*found)[0], (*found)[1]};
  });
  if (!asked) return tl::make_unexpected(asked.error());
  return row;
}

Result<std::optional<User>> Database::find_user(const std::string& id) {
  std::optional<User> user;
  // Where there is no type for it, Django keeps a UUID without its dashes.
  const bool bare_uuid = is_uuid(id) && settings_.database.engine != config::Database::Engine::PostgreSql;
  const Result<void> asked = ask([&](Connection& connection) {
    Query& query = connection.users(settings_);
    std::optional<Query::Row> found = query.run(id);
    if (!found && bare_uuid) found = query.run(without_dashes(id));
    if (found) user = User{id, (*found)[0], (*found)[1], (*found)[2] == "1"};
  });
  if (!asked) return tl::make_unexpected(asked.error());
  return user;
}

}  // namespace wharf::auth::django
