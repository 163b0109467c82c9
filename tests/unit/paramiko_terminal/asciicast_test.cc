#include "terminal/asciicast.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

using namespace wharf_paramiko::terminal;
using std::chrono::microseconds;
using std::chrono::seconds;

namespace {

class Directory {
 public:
  Directory() {
    std::string name = std::filesystem::temp_directory_path() / "wharf-cast-XXXXXX";
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~Directory() { std::filesystem::remove_all(path); }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  std::filesystem::path path;
};

std::vector<nlohmann::json> lines_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::vector<nlohmann::json> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(nlohmann::json::parse(line));
  return lines;
}

CastHeader header() {
  CastHeader header;
  header.width = 100;
  header.height = 30;
  header.began = std::chrono::system_clock::time_point(seconds(1'700'000'000));
  return header;
}

}  // namespace

TEST_CASE("the lines of a recording") {
  CastHeader full = header();
  full.title = "zoe@host";
  full.env = {{"TERM", "xterm"}};
  CHECK(
      cast_header(full) ==
      R"({"version":2,"width":100,"height":30,"timestamp":1700000000,"title":"zoe@host","env":{"TERM":"xterm"}})"
      "\n");
  CHECK(cast_event(microseconds(1'000'007), CastKind::Output, "a\r\n\x1b[31m\"é") ==
        "[1.000007, \"o\", \"a\\r\\n\\u001b[31m\\\"é\"]\n");
  CHECK(cast_event(microseconds(0), CastKind::Resize, "80x24") == "[0.000000, \"r\", \"80x24\"]\n");
}

TEST_CASE("a recording is a file for its owner alone, with whole characters") {
  Directory directory;
  CastFiles files({directory.path, "one", 0}, header());
  REQUIRE(files.write(microseconds(500'000), CastKind::Output, "a\xe6\xbc"));
  REQUIRE(files.write(microseconds(600'000), CastKind::Input, "x"));
  REQUIRE(files.write(microseconds(700'000), CastKind::Output,
                      "\xa2"
                      "b\xff"));
  REQUIRE(files.write(microseconds(800'000), CastKind::Output, "\xe6\xbc"));
  REQUIRE(files.write(microseconds(900'000), CastKind::Marker, "here"));
  REQUIRE(files.close());
  struct stat status {};
  REQUIRE(stat((directory.path / "one.cast").c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0600);
  std::vector<nlohmann::json> lines = lines_of(directory.path / "one.cast");
  REQUIRE(lines.size() == 6);
  CHECK(lines[0]["width"] == 100);
  CHECK(lines[1] == nlohmann::json::parse(R"([0.5, "o", "a"])"));
  CHECK(lines[2] == nlohmann::json::parse(R"([0.6, "i", "x"])"));
  CHECK(lines[3] == nlohmann::json::parse(R"([0.7, "o", "漢b\ufffd"])"));
  CHECK(lines[4] == nlohmann::json::parse(R"([0.9, "m", "here"])"));
  CHECK(lines[5] == nlohmann::json::parse(R"([0.9, "o", "\ufffd\ufffd"])"));
}

TEST_CASE("a file that is there is not touched, and a directory that is not is told") {
  Directory directory;
  std::ofstream(directory.path / "one.cast") << "somebody's";
  CastFiles files({directory.path, "one", 0}, header());
  tl::expected<void, std::string> written = files.write(microseconds(0), CastKind::Output, "x");
  REQUIRE(!written);
  CHECK(written.error() ==
        "cannot create the recording " + (directory.path / "one.cast").string() + ": File exists");
  CastFiles nowhere({directory.path / "none", "one", 0}, header());
  CHECK(nowhere.write(microseconds(0), CastKind::Output, "x").error().ends_with("No such file or directory"));
  std::filesystem::create_symlink(directory.path / "target", directory.path / "two.cast");
  CastFiles link({directory.path, "two", 0}, header());
  CHECK(!link.write(microseconds(0), CastKind::Output, "x"));
  CHECK(!std::filesystem::exists(directory.path / "target"));
}

TEST_CASE("a disk that is full is told, and the file is closed all the same") {
  Directory directory;
  const auto open_files = [] {
    std::filesystem::directory_iterator files("/proc/self/fd");
    return std::distance(begin(files), end(files));
  };
  const auto before = open_files();
  struct rlimit unlimited {};
  REQUIRE(getrlimit(RLIMIT_FSIZE, &unlimited) == 0);
  struct rlimit small = unlimited;
  small.rlim_cur = 100;
  std::signal(SIGXFSZ, SIG_IGN);
  {
    CastFiles files({directory.path, "one", 0}, header());
    REQUIRE(files.write(microseconds(0), CastKind::Output, std::string(1000, 'x') + "\xe6"));
    REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
    tl::expected<void, std::string> flushed = files.flush();
    tl::expected<void, std::string> closed = files.close();
    REQUIRE(setrlimit(RLIMIT_FSIZE, &unlimited) == 0);
    REQUIRE(!flushed);
    CHECK(flushed.error() ==
          "cannot write the recording " + (directory.path / "one.cast").string() + ": File too large");
    CHECK(!closed);
    CHECK(open_files() == before);
  }
  std::signal(SIGXFSZ, SIG_DFL);
}

TEST_CASE("a file that is full is followed by the next, which stands for itself") {
  Directory directory;
  CastFiles files({directory.path, "one", 4096}, header());
  REQUIRE(files.write(seconds(1), CastKind::Resize, "120x50"));
  std::string all;
  for (int i = 0; i < 200; ++i) {
    std::string text = "line " + std::to_string(i) + " of a terminal\r\n";
    all += text;
    REQUIRE(files.write(seconds(10 + i), CastKind::Output, text));
  }
  REQUIRE(files.close());
  std::string seen;
  int number = 1;
  for (std::filesystem::path path = directory.path / "one.cast"; std::filesystem::exists(path);
       path = directory.path / ("one." + std::to_string(++number) + ".cast")) {
    CHECK(std::filesystem::file_size(path) <= 4096);
    std::vector<nlohmann::json> lines = lines_of(path);
    REQUIRE(lines.size() > 1);
    int64_t began = lines[0]["timestamp"].get<int64_t>();
    CHECK(lines[0]["width"] == (number == 1 ? 100 : 120));
    for (size_t i = 1; i < lines.size(); ++i) {
      if (lines[i][1] != "o") continue;
      std::string text = lines[i][2].get<std::string>();
      seen += text;
      // Its time is that of the whole, counted from this file's beginning.
      int64_t at = began - 1'700'000'000 + static_cast<int64_t>(lines[i][0].get<double>());
      CHECK(text == "line " + std::to_string(at - 10) + " of a terminal\r\n");
    }
    if (number > 1) CHECK(lines[1][0].get<double>() == 0.0);
  }
  CHECK(number > 3);
  CHECK(seen == all);
}

TEST_CASE("what came at once may fill several files, none of them too large") {
  Directory directory;
  CastFiles files({directory.path, "one", 64 << 10}, header());
  const std::string control(20'000, '\x1b');
  std::string wide;
  for (int i = 0; i < 20'000; ++i) wide += "é";
  REQUIRE(files.write(microseconds(0), CastKind::Output, control));
  REQUIRE(files.write(microseconds(0), CastKind::Output, "x" + wide));
  REQUIRE(files.close());
  std::string all;
  size_t count = 0;
  for (const auto& file : std::filesystem::directory_iterator(directory.path)) {
    CHECK(file.file_size() <= 64 << 10);
    ++count;
  }
  for (size_t i = 1; i <= count; ++i) {
    const std::string name = i == 1 ? "one.cast" : "one." + std::to_string(i) + ".cast";
    for (const nlohmann::json& line : lines_of(directory.path / name)) {
      if (line.is_array()) all += line[2].get<std::string>();
    }
  }
  CHECK(count > 2);
  CHECK(all == control + "x" + wide);
}

TEST_CASE("a file that is begun is there before the first event") {
  Directory directory;
  CastFiles files({directory.path, "one", 0}, header());
  REQUIRE(files.begin());
  CHECK(lines_of(directory.path / "one.cast").size() == 1);
  REQUIRE(files.write(microseconds(5), CastKind::Output, "a"));
  REQUIRE(files.close());
  CHECK(lines_of(directory.path / "one.cast").size() == 2);
}

TEST_CASE("without an event there is no file") {
  Directory directory;
  {
    CastFiles files({directory.path, "one", 0}, header());
    REQUIRE(files.write(microseconds(0), CastKind::Output, ""));
    REQUIRE(files.close());
  }
  CHECK(std::filesystem::is_empty(directory.path));
}
