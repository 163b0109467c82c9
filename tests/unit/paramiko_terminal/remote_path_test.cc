#include "terminal/remote_path.h"

#include <doctest/doctest.h>

#include <string>

using namespace wharf_paramiko::terminal;

TEST_CASE("a relative path begins at its folder") {
  CHECK(path_from("/srv/data", "a/b") == "/srv/data/a/b");
  CHECK(path_from("/srv/data/", ".") == "/srv/data/.");
  CHECK(path_from("/srv/data", "/etc") == "/etc");
  CHECK(path_from("/", "etc") == "/etc");
  CHECK(path_from("", "a") == "a");
}

TEST_CASE("a path is a name in a folder, or it is no name") {
  const auto parts = [](std::string_view path) {
    const std::optional<NameInFolder> found = name_in_folder(path);
    return found ? found->folder + " + " + found->name : "none";
  };
  CHECK(parts("name") == ". + name");
  CHECK(parts("/name") == "/ + name");
  CHECK(parts("a/b/name") == "a/b + name");
  CHECK(parts("a//name//") == "a + name");
  CHECK(parts("../name") == ".. + name");
  CHECK(parts("...") == ". + ...");
  CHECK(parts(" ") == ". +  ");
  for (const std::string none : {"", "/", "//", ".", "..", "a/.", "a/..", "a/../"}) {
    CAPTURE(none);
    CHECK(parts(none) == "none");
  }
}

TEST_CASE("what is within a root") {
  CHECK(is_within("/srv/data", "/srv/data"));
  CHECK(is_within("/srv/data", "/srv/data/a"));
  CHECK(is_within("/srv/data/", "/srv/data/a"));
  CHECK(is_within("/", "/anything"));
  CHECK_FALSE(is_within("/srv/data", "/srv/database"));
  CHECK_FALSE(is_within("/srv/data", "/srv"));
  CHECK_FALSE(is_within("/srv/data", "/"));
  CHECK_FALSE(is_within("/srv/data", ""));
  // What a server answers that has no absolute paths is within nothing.
  CHECK_FALSE(is_within("", "/etc"));
  CHECK_FALSE(is_within("srv", "srv/data"));
}
