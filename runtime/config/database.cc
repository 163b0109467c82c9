#include "config/database.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "config/quote.h"
#include "config/scalar.h"
#include "config/secret.h"
#include "config/section.h"

namespace wharf::config {

namespace {

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_sql_name(std::string_view text) {
  constexpr size_t longest = 64;  // MySQL; PostgreSQL has 63
  return !text.empty() && text.size() <= longest && std::all_of(text.begin(), text.end(), is_name_character);
}

void read_server_keys(Section& section, const std::filesystem::path& base, Database& database,
                      std::vector<Position>& clear_secrets, Findings& findings) {
  if (const Node* user = section.take("user")) {
    database.user = read_text(*user, "user", findings).value_or("");
  }
  if (const Node* password = section.take("password")) {
    database.password = read_secret(*password, "password", base, findings).value_or("");
    if (password->kind == Node::Kind::Scalar) clear_secrets.push_back(findings.at(password->place));
  }
  if (const Node* host = section.take("host")) {
    database.host = read_text(*host, "host", findings).value_or("");
  }
  if (const Node* port = section.take("port")) {
    database.port = static_cast<uint16_t>(read_number(*port, "port", {1, 65535}, findings).value_or(0));
  }
}

void refuse_server_keys(Section& section) {
  for (const char* key : {"user", "password", "host", "port"}) {
    section.refuse(key, fmt::format("{} belongs to a database server", quote(key)),
                   "remove it: sqlite3 is a file, which `name` names");
  }
}

}  // namespace

void read_database(const Node& node, const std::filesystem::path& base, Database& database,
                   std::vector<Position>& clear_secrets, Findings& findings) {
  Section section(node, "`database`", findings);
  const Node* engine = section.take("engine");
  const Node* name = section.take("name");
  std::optional<size_t> chosen;
  if (engine != nullptr) {
    chosen = read_choice(*engine, "engine", {"sqlite3", "postgresql", "mysql"}, findings);
    database.engine = static_cast<Database::Engine>(chosen.value_or(0));
  } else if (section.is_map()) {
    findings.add(node.place, "`database` has no `engine`", "add `engine: sqlite3`, `postgresql` or `mysql`");
  }
  if (name != nullptr) {
    database.name = read_text(*name, "name", findings).value_or("");
  } else if (section.is_map()) {
    findings.add(node.place, "`database` has no `name`",
                 "add the NAME that DATABASES has in Django's settings; of sqlite3 it is the file");
  }
  if (chosen && database.engine == Database::Engine::Sqlite) {
    if (!database.name.empty()) database.name = (base / database.name).lexically_normal().string();
    refuse_server_keys(section);
  } else {
    read_server_keys(section, base, database, clear_secrets, findings);
  }
  section.finish();
}

void read_sql_name(const Node& node, std::string_view key, bool may_have_schema, std::string& name,
                   Findings& findings) {
  std::optional<std::string> text = read_text(node, key, findings);
  if (!text) return;
  const size_t dot = may_have_schema ? text->find('.') : std::string::npos;
  const bool good = dot == std::string::npos
                        ? is_sql_name(*text)
                        : is_sql_name(text->substr(0, dot)) && is_sql_name(text->substr(dot + 1));
  if (!good) {
    findings.add(node.place,
                 fmt::format("{} is no name of a {}: {}", quote(key), may_have_schema ? "table" : "column",
                             quote(*text)),
                 "write it with letters, digits and `_`, without quotes");
    return;
  }
  name = std::move(*text);
}

}  // namespace wharf::config
