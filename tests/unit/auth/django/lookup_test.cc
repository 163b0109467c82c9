#include "auth/django/lookup.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <soci/soci.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "vectors.h"

using namespace wharf;
using namespace wharf::auth::django;
using wharf::auth::inquiry::Answer;
using Engine = config::DjangoAuth::Engine;

namespace {

// A site in a directory of its own, with the user and the session of a recorded login.
class Site {
 public:
  explicit Site(const char* engine) : login_(read_vectors("recorded_logins.json", "recorded").at(engine)) {
    std::string name = (std::filesystem::temp_directory_path() / "wharf-django-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    directory_ = name;
    settings.database.name = (directory_ / "site.db").string();
    settings.secrets = {login_.at("secret").get<std::string>()};
    settings.session_directory = directory_;
    settings.cookie_age = std::chrono::hours(24 * 365 * 100);
    soci::session sql("sqlite3", settings.database.name);
    sql << "create table django_session (session_key varchar(40), session_data text, expire_date datetime)";
    sql << "create table auth_user (id integer primary key, username text, password text, is_active bool)";
    const auto& user = login_.at("user_row");
    sql << fmt::format("insert into auth_user values (1, 'alice', '{}', 1)",
                       user.at("password").get<std::string>());
    if (login_.contains("session_row")) {
      const auto& row = login_.at("session_row");
      sql << fmt::format("insert into django_session values ('{}', '{}', '9999-12-31 00:00:00.5')",
                         row.at("session_key").get<std::string>(), row.at("session_data").get<std::string>());
    }
  }
  ~Site() {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }
  Site(const Site&) = delete;
  Site& operator=(const Site&) = delete;

  std::string cookie() const {
    const std::string cookie = login_.at("cookie");
    return cookie.substr(cookie.find('=') + 1);
  }

  void run(const std::string& statement) const {
    soci::session sql("sqlite3", settings.database.name);
    sql << statement;
  }

  void write_file() const {
    const auto& file = login_.at("file");
    std::ofstream(directory_ / file.at("name").get<std::string>()) << file.at("content").get<std::string>();
  }

  config::DjangoAuth settings;

 private:
  nlohmann::json login_;
  std::filesystem::path directory_;
};

std::string name_in(Lookup& lookup, const std::string& cookie) {
  const Result<Answer> answer = lookup.answer(cookie);
  if (!answer) return "error: " + answer.error().text;
  return answer->kind == Answer::Kind::User ? answer->username : "nobody";
}

}  // namespace

TEST_CASE("a session in a row") {
  Site site("db");
  Lookup lookup(site.settings, nullptr);
  CHECK(name_in(lookup, site.cookie()) == "alice");
  CHECK(lookup.answer(site.cookie())->id == "1");
  CHECK(name_in(lookup, "00000000000000000000000000000000") == "nobody");
  CHECK(name_in(lookup, "' or 1=1 --") == "nobody");
  // Others can write while the connection is kept.
  site.run("update auth_user set is_active = 0");
  CHECK(name_in(lookup, site.cookie()) == "nobody");
  site.run("update auth_user set is_active = 1, username = 'bob'");
  CHECK(name_in(lookup, site.cookie()) == "bob");
  site.run("update django_session set expire_date = '2001-01-01 00:00:00'");
  CHECK(name_in(lookup, site.cookie()) == "nobody");
  site.run("update django_session set expire_date = '9999-12-31 00:00:00'");
  site.run("update auth_user set password = password || 'x'");
  CHECK(name_in(lookup, site.cookie()) == "nobody");
}

TEST_CASE("a session in a file, and in a cookie") {
  Site in_file("file");
  in_file.settings.engine = Engine::File;
  in_file.write_file();
  Lookup files(in_file.settings, nullptr);
  CHECK(name_in(files, in_file.cookie()) == "alice");
  CHECK(name_in(files, "../" + in_file.cookie()) == "nobody");
  CHECK(name_in(files, "00000000000000000000000000000000") == "nobody");
  in_file.settings.cookie_age = std::chrono::seconds(-1);  // older than it may be
  CHECK(name_in(files, in_file.cookie()) == "nobody");

  Site in_cookie("signed_cookies");
  in_cookie.settings.engine = Engine::SignedCookies;
  Lookup cookies(in_cookie.settings, nullptr);
  CHECK(name_in(cookies, in_cookie.cookie()) == "alice");
  CHECK(name_in(cookies, in_cookie.cookie() + "x") == "nobody");
  in_cookie.settings.cookie_age = std::chrono::seconds(1);
  CHECK(name_in(cookies, in_cookie.cookie()) == "nobody");
}

TEST_CASE("a backend that is not trusted lets nobody in") {
  Site site("db");
  site.settings.backends = {"accounts.backends.Other"};
  Lookup lookup(site.settings, nullptr);
  CHECK(name_in(lookup, site.cookie()) == "nobody");
}

TEST_CASE("a database that cannot be asked says why, and is asked again") {
  Site site("db");
  site.settings.session_table = "elsewhere";
  Lookup lookup(site.settings, nullptr);
  const std::string why = name_in(lookup, site.cookie());
  CAPTURE(why);
  CHECK(why.find("no such table: elsewhere") != std::string::npos);
  CHECK(why.find(site.cookie()) == std::string::npos);
  site.run("alter table django_session rename to elsewhere");
  CHECK(name_in(lookup, site.cookie()) == "alice");

  Site gone("db");
  gone.settings.database.name += "x";
  Lookup nowhere(gone.settings, nullptr);
  CHECK(name_in(nowhere, gone.cookie()).find("does not exist") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(gone.settings.database.name));
}

TEST_CASE("without the cache the row is asked") {
  Site site("cached_db");
  site.settings.engine = Engine::CachedDb;
  site.settings.cache.text = "redis://127.0.0.1:1";
  site.settings.cache.server = {"127.0.0.1", 1, ""};
  std::string note;
  Lookup lookup(site.settings, [&note](const std::string& text) { note = text; });
  CHECK(name_in(lookup, site.cookie()) == "alice");
  CHECK(note.find("the cache redis://127.0.0.1:1 cannot be asked: Connection refused") != std::string::npos);
}
