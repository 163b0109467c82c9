#include "config/django.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/database.h"
#include "config/inquiry.h"
#include "config/quote.h"
#include "config/redis_host.h"
#include "config/scalar.h"
#include "config/secret.h"
#include "config/section.h"

namespace wharf::config {

namespace {

using Engine = DjangoAuth::Engine;

// As in Engine; each is a module of django.contrib.sessions.backends.
const std::vector<std::string> engines = {"db", "cached_db", "cache", "file", "signed_cookies"};

class DjangoReader {
 public:
  DjangoReader(const Node& node, const std::filesystem::path& base, DjangoAuth& django, Findings& findings)
      : node_(node),
        base_(base),
        django_(django),
        findings_(findings),
        section_(node, "`django`", findings) {}

  void read() {
    read_engine();
    read_secrets();
    read_cookie();
    read_tables();
    read_cache();
    read_file();
    take_inquiry_limits(section_, django_.limits, findings_);
    section_.finish();
  }

 private:
  bool uses_cache() const { return django_.engine == Engine::Cache || django_.engine == Engine::CachedDb; }
  bool has_session_table() const {
    return django_.engine == Engine::Db || django_.engine == Engine::CachedDb;
  }

  void missing(std::string_view key, std::string remedy) {
    if (section_.is_map()) {
      findings_.add(node_.place, fmt::format("`django` has no {}", quote(key)), std::move(remedy));
    }
  }

  void refuse(const char* key, std::string_view wanted) {
    section_.refuse(key, fmt::format("{} belongs to `engine: {}`", quote(key), wanted), "remove it");
  }

  void read_engine() {
    const Node* node = section_.take("engine");
    if (node == nullptr) return;
    // The module's whole name, as in SESSION_ENGINE, is as good.
    constexpr std::string_view package = "django.contrib.sessions.backends.";
    Node short_form = *node;
    if (short_form.text.starts_with(package)) short_form.text.erase(0, package.size());
    if (std::optional<size_t> engine = read_choice(short_form, "engine", engines, findings_)) {
      django_.engine = static_cast<Engine>(*engine);
    }
  }

  void read_secrets() {
    if (const Node* key = section_.take("secret_key")) {
      read_secret_of(*key, "secret_key");
    } else {
      missing("secret_key", "add Django's SECRET_KEY: secret_key: {file: PATH} or {env: NAME}");
    }
    const Node* fallbacks = section_.take("secret_key_fallbacks");
    if (fallbacks == nullptr) return;
    if (fallbacks->kind != Node::Kind::List) {
      // Not describe(): what is no list may be a secret.
      findings_.add(fallbacks->place, "`secret_key_fallbacks` is no list", "write [{file: PATH}, …]");
      return;
    }
    for (const std::shared_ptr<const Node>& item : fallbacks->items) {
      read_secret_of(*item, "secret_key_fallbacks");
    }
  }

  void read_secret_of(const Node& node, std::string_view key) {
    std::optional<std::string> secret = read_secret(node, key, base_, findings_);
    if (!secret) return;
    if (node.kind == Node::Kind::Scalar) django_.clear_secrets.push_back(findings_.at(node.place));
    django_.secrets.push_back(std::move(*secret));
  }

  void read_cookie() {
    if (const Node* cookie = section_.take("cookie")) {
      std::optional<std::string> name = read_text(*cookie, "cookie", findings_);
      if (name && name->find_first_of("=;,\" \t") != std::string::npos) {
        findings_.add(cookie->place, fmt::format("{} is no name of a cookie", quote(*name)),
                      "write Django's SESSION_COOKIE_NAME");
      } else if (name) {
        django_.cookie = std::move(*name);
      }
    }
    if (const Node* age = section_.take("cookie_age")) {
      constexpr Range<Duration> range = {Duration(1'000), Duration(3650LL * 86'400'000)};
      if (std::optional<Duration> duration = read_duration(*age, "cookie_age", range, false, findings_)) {
        django_.cookie_age = std::chrono::duration_cast<std::chrono::seconds>(*duration);
      }
    }
  }

  void read_tables() {
    if (const Node* database = section_.take("database")) {
      read_database(*database, base_, django_.database, django_.clear_secrets, findings_);
    } else {
      missing("database", "add the one that has the users: database: {engine: sqlite3, name: db.sqlite3}");
    }
    if (has_session_table()) {
      if (const Node* table = section_.take("session_table")) {
        read_sql_name(*table, "session_table", true, django_.session_table, findings_);
      }
    } else {
      refuse("session_table", "db` or `cached_db");
    }
    if (const Node* user = section_.take("user")) read_user(*user);
    if (const Node* backends = section_.take("backends")) {
      django_.backends.clear();
      for (PlacedText& entry : read_texts(*backends, "backends", findings_)) {
        django_.backends.push_back(std::move(entry.text));
      }
    }
    if (const Node* use_tz = section_.take("use_tz")) {
      std::optional<size_t> choice = read_choice(*use_tz, "use_tz", {"true", "false"}, findings_);
      if (choice) django_.use_tz = *choice == 0;
    }
  }

  void read_user(const Node& node) {
    Section section(node, "`user`", findings_);
    UserTable& user = django_.user;
    if (const Node* table = section.take("table"))
      read_sql_name(*table, "table", true, user.table, findings_);
    const std::pair<const char*, std::string*> columns[] = {
        {"id", &user.id}, {"username", &user.username}, {"password", &user.password}};
    for (const auto& [key, column] : columns) {
      if (const Node* name = section.take(key)) read_sql_name(*name, key, false, *column, findings_);
    }
    if (const Node* name = section.take("is_active")) {
      if (name->kind == Node::Kind::Null) {
        user.is_active.clear();
      } else {
        read_sql_name(*name, "is_active", false, user.is_active, findings_);
      }
    }
    section.finish();
  }

  void read_cache() {
    if (!uses_cache()) {
      for (const char* key : {"cache", "key_prefix", "version"}) refuse(key, "cache` or `cached_db");
      return;
    }
    if (const Node* cache = section_.take("cache")) {
      std::vector<RedisHost> hosts;
      read_redis_hosts(*cache, base_, hosts, findings_);
      if (hosts.size() > 1 || (hosts.size() == 1 && !hosts.front().sentinels.empty())) {
        findings_.add(cache->place, "`cache` is more than one server", "write the URL of one");
      } else if (!hosts.empty()) {
        django_.cache = std::move(hosts.front());
      }
    } else {
      missing("cache", "add the Redis of CACHES: cache: redis://127.0.0.1:6379/1");
    }
    if (const Node* prefix = section_.take("key_prefix")) {
      django_.key_prefix = read_text(*prefix, "key_prefix", findings_).value_or("");
    }
    if (const Node* version = section_.take("version")) {
      django_.version = read_number(*version, "version", {0, 1'000'000'000}, findings_).value_or(1);
    }
  }

  void read_file() {
    if (django_.engine != Engine::File) return refuse("session_directory", "file");
    if (const Node* node = section_.take("session_directory")) {
      std::optional<std::string> path = read_text(*node, "session_directory", findings_);
      if (path) django_.session_directory = (base_ / *path).lexically_normal();
    }
  }

  const Node& node_;
  const std::filesystem::path& base_;
  DjangoAuth& django_;
  Findings& findings_;
  Section section_;
};

}  // namespace

void read_django(const Node& node, const std::filesystem::path& base, DjangoAuth& django,
                 Findings& findings) {
  DjangoReader(node, base, django, findings).read();
}

}  // namespace wharf::config
