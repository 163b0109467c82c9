// Files over the session of a terminal, on a real sshd.
#include "ssh/sftp.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "client.h"
#include "ssh/library.h"

namespace wharf_paramiko::ssh {

namespace {

struct World {
  Library library;
  Sshd sshd;
  std::string key = sshd.make_key("ed25519");
};

World& world() {
  static World world;
  return world;
}

std::string noise(size_t size) {
  std::minstd_rand random(2);
  std::string bytes(size, '\0');
  for (char& c : bytes) c = static_cast<char>(random());
  return bytes;
}

// A directory on the server, which is this machine, for the user there.
struct Files : Client {
  Files() : Client(world().sshd) {
    use_key(world().key);
    settings.terminal.wanted = false;
    std::filesystem::permissions(directory.path(""), std::filesystem::perms::all);
  }
  std::string path(const std::string& name) const { return directory.path(name); }
  // Runs one operation to its end.
  template <class Value, class Start>
  Result<Value> result_of(Start start) {
    std::optional<Result<Value>> result;
    start([&](Result<Value> got) { result = std::move(got); });
    REQUIRE(run_until([&] { return result.has_value(); }));
    return *result;
  }
  Result<void> put(const std::string& name, const std::string& bytes, uint64_t offset = 0) {
    std::optional<Result<void>> result;
    std::string_view rest = bytes;
    std::unique_ptr<Transfer> transfer;
    const auto write = [&] {
      rest.remove_prefix(transfer->write(rest));
      if (rest.empty()) transfer->finish();
    };
    transfer = session->sftp()->put(path(name), offset, write, [&](Result<void> got) { result = got; });
    write();
    REQUIRE(run_until([&] { return result.has_value(); }));
    return *result;
  }
  Result<void> get(const std::string& name, std::string& bytes, uint64_t offset = 0) {
    std::optional<Result<void>> result;
    const std::unique_ptr<Transfer> transfer = session->sftp()->get(
        path(name), offset, [&](std::string_view chunk) { bytes += chunk; },
        [&](Result<void> got) { result = got; });
    REQUIRE(run_until([&] { return result.has_value(); }));
    return *result;
  }

  TemporaryDirectory directory;
};

}  // namespace

TEST_CASE("directories are made, listed, renamed and removed") {
  Files files;
  REQUIRE(files.opens());
  Sftp& sftp = *files.session->sftp();
  CHECK(files.result_of<void>([&](auto done) { sftp.make_directory(files.path("one"), done); }));
  CHECK(std::filesystem::is_directory(files.path("one")));
  for (int i = 0; i < 300; ++i) write_file(files.path("one/" + std::to_string(i)), std::string(i, 'x'));
  const auto listing = files.result_of<Listing>([&](auto done) { sftp.list(files.path("one"), done); });
  REQUIRE(listing);
  CHECK(listing->complete);
  CHECK(listing->entries.size() == 300);
  const auto found = std::find_if(listing->entries.begin(), listing->entries.end(),
                                  [](const DirectoryEntry& entry) { return entry.name == "77"; });
  REQUIRE(found != listing->entries.end());
  CHECK(found->attributes.size == 77);
  CHECK(found->attributes.kind == FileAttributes::Kind::File);
  const auto directory =
      files.result_of<FileAttributes>([&](auto done) { sftp.stat(files.path("one"), done); });
  REQUIRE(directory);
  CHECK(directory->kind == FileAttributes::Kind::Directory);
  CHECK(directory->modified > 1'500'000'000);
  std::filesystem::remove_all(files.path("one"));
  CHECK(files.result_of<void>([&](auto done) { sftp.make_directory(files.path("two"), done); }));
  CHECK(files.result_of<void>([&](auto done) { sftp.rename(files.path("two"), files.path("three"), done); }));
  CHECK(files.result_of<void>([&](auto done) { sftp.remove_directory(files.path("three"), done); }));
  CHECK_FALSE(std::filesystem::exists(files.path("three")));
  const auto home = files.result_of<std::string>([&](auto done) { sftp.real_path(".", done); });
  REQUIRE(home);
  CHECK(home->starts_with('/'));
}

TEST_CASE("of a link, one may ask what it is and where it leads") {
  Files files;
  REQUIRE(files.opens());
  Sftp& sftp = *files.session->sftp();
  write_file(files.path("file"), "12345");
  std::filesystem::create_symlink("file", files.path("link"));
  const auto itself =
      files.result_of<FileAttributes>([&](auto done) { sftp.lstat(files.path("link"), done); });
  REQUIRE(itself);
  CHECK(itself->kind == FileAttributes::Kind::Link);
  const auto behind =
      files.result_of<FileAttributes>([&](auto done) { sftp.stat(files.path("link"), done); });
  REQUIRE(behind);
  CHECK(behind->kind == FileAttributes::Kind::File);
  CHECK(behind->size == 5);
}

TEST_CASE("a file that the server lets one open is open before anything moves") {
  Files files;
  REQUIRE(files.opens());
  write_file(files.path("file"), "content");
  std::string bytes;
  bool opened = false;
  bool ended = false;
  const auto open = [&](const std::string& name) {
    std::unique_ptr<Transfer> transfer = files.session->sftp()->get(
        files.path(name), 0, [&](std::string_view chunk) { bytes += chunk; },
        [&](const Result<void>&) { ended = true; }, [&] { opened = true; });
    transfer->pause(true);
    return transfer;
  };
  std::unique_ptr<Transfer> transfer = open("file");
  REQUIRE(files.run_until([&] { return opened; }));
  CHECK(bytes.empty());
  transfer->pause(false);
  REQUIRE(files.run_until([&] { return ended; }));
  CHECK(bytes == "content");
  opened = ended = false;
  transfer = open("missing");
  REQUIRE(files.run_until([&] { return ended; }));
  CHECK_FALSE(opened);
}

TEST_CASE("a transfer that is broken off when it has just ended tells nothing more") {
  Files files;
  REQUIRE(files.opens());
  // It fails to open, and that is told in the next turn of the loop. One of these breaks off just before.
  bool ended = false;
  for (unsigned turns = 0; !ended; ++turns) {
    std::unique_ptr<Transfer> transfer = files.session->sftp()->get(
        files.path("missing"), 0, [](std::string_view) {}, [&](const Result<void>&) { ended = true; });
    unsigned left = turns;
    files.run_until([&] { return ended || left-- == 0; });
    const bool before = ended;
    transfer.reset();
    bool listed = false;
    files.session->sftp()->list(files.path("missing"), [&](const Result<Listing>&) { listed = true; });
    REQUIRE(files.run_until([&] { return listed; }));
    CHECK(ended == before);
  }
}

TEST_CASE("what is not there, and what one may not, is said in words") {
  Files files;
  REQUIRE(files.opens());
  Sftp& sftp = *files.session->sftp();
  const auto missing =
      files.result_of<FileAttributes>([&](auto done) { sftp.stat(files.path("missing"), done); });
  REQUIRE_FALSE(missing);
  CHECK(missing.error().text.find("nothing of that name") != std::string::npos);
  std::string bytes;
  CHECK_FALSE(files.get("missing", bytes));
  CHECK_FALSE(files.put("missing/below", "x"));
  CHECK_FALSE(files.result_of<Listing>([&](auto done) { sftp.list(files.path("missing"), done); }));
  // All of which leaves the session as it was.
  CHECK(files.put("here", "x"));
}

TEST_CASE("files come and go byte by byte, and from an offset on") {
  Files files;
  files.settings.send_buffer = 4096;
  REQUIRE(files.opens());
  const std::string content = noise(10 << 20);
  REQUIRE(files.put("file", content));
  CHECK((read_file(files.path("file")) == content));
  std::string back;
  REQUIRE(files.get("file", back));
  CHECK((back == content));
  back.clear();
  REQUIRE(files.get("file", back, (10 << 20) - 5));
  CHECK(back == content.substr(content.size() - 5));
  REQUIRE(files.put("file", "tail", 10));
  CHECK((read_file(files.path("file")) == content.substr(0, 10) + "tail" + content.substr(14)));
  REQUIRE(files.put("file", ""));
  CHECK(read_file(files.path("file")).empty());
}

TEST_CASE("a download can be paused, and broken off, and others go on") {
  Files files;
  REQUIRE(files.opens());
  write_file(files.path("file"), noise(8 << 20));
  size_t received = 0;
  bool ended = false;
  std::unique_ptr<Transfer> transfer;
  transfer = files.session->sftp()->get(
      files.path("file"), 0,
      [&](std::string_view chunk) {
        received += chunk.size();
        if (received > (1 << 20)) transfer->pause(true);
      },
      [&](const Result<void>&) { ended = true; });
  REQUIRE(files.run_until([&] { return received > (1 << 20); }));
  const size_t paused = received;
  const auto listing =
      files.result_of<Listing>([&](auto done) { files.session->sftp()->list(files.path(""), done); });
  REQUIRE(listing);
  CHECK(received == paused);
  const unsigned turns = files.loop().turns();
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(300);
  CHECK(files.run_until([&] { return std::chrono::steady_clock::now() > end; }));
  CHECK(files.loop().turns() - turns < 60);
  CHECK(files.session->memory() < (700 << 10));
  transfer->pause(false);
  REQUIRE(files.run_until([&] { return received > paused; }));
  transfer.reset();
  const size_t broken_off = received;
  CHECK(files.put("other", "content"));
  CHECK(received == broken_off);
  CHECK_FALSE(ended);
}

TEST_CASE("keystrokes are answered while files are on their way") {
  Files files;
  files.settings.terminal.wanted = true;
  files.settings.terminal.command = "stty raw -echo; echo ready; cat";
  REQUIRE(files.opens());
  REQUIRE(files.shows("ready\n"));
  write_file(files.path("file"), noise(64 << 20));
  size_t received = 0;
  bool ended = false;
  const std::unique_ptr<Transfer> transfer = files.session->sftp()->get(
      files.path("file"), 0, [&](std::string_view chunk) { received += chunk.size(); },
      [&](const Result<void>& result) { ended = result.has_value(); });
  REQUIRE(files.run_until([&] { return received > 0; }));
  unsigned echoes = 0;
  while (!ended) {
    const size_t before = files.output.size();
    files.session->write("x");
    REQUIRE(files.run_until([&] { return files.output.size() > before; }));
    ++echoes;
  }
  CHECK(received == (64 << 20));
  CHECK(echoes > 20);
}

TEST_CASE("a session may end with files on their way") {
  Files files;
  REQUIRE(files.opens());
  write_file(files.path("file"), noise(8 << 20));
  bool ended = false;
  std::unique_ptr<Transfer> transfer;
  transfer = files.session->sftp()->get(
      files.path("file"), 0, [&](std::string_view) { files.session.reset(); },
      [&](const Result<void>&) { ended = true; });
  CHECK(files.run_until([&] { return !files.session; }));
  transfer->pause(true);
  transfer.reset();
  CHECK_FALSE(ended);
}

}  // namespace wharf_paramiko::ssh
