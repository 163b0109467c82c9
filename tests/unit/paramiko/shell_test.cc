// What a shell on a real sshd gets and gives.
#include <doctest/doctest.h>

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

struct Shell : Client {
  Shell() : Client(world().sshd) { use_key(world().key); }
  // Sends all of it, at the pace that the queue allows.
  void send(const std::string& text) {
    size_t sent = 0;
    while (sent < text.size()) {
      sent += session->write(std::string_view(text).substr(sent));
      const unsigned before = drained;
      if (sent < text.size()) REQUIRE(run_until([&] { return drained > before; }));
    }
  }
};

std::string noise(size_t size) {
  std::minstd_rand random(1);
  std::string bytes(size, '\0');
  for (char& c : bytes) c = static_cast<char>(random());
  return bytes;
}

}  // namespace

TEST_CASE("a login shell echoes, computes, and tells its exit status") {
  Shell shell;
  REQUIRE(shell.opens());
  shell.send("echo answer=$((6 * 7))\n");
  CHECK(shell.shows("answer=42"));
  shell.send("exit 3\n");
  REQUIRE(shell.exits());
  CHECK(shell.exit->status == 3);
  CHECK(shell.exit->signal.empty());
  CHECK_FALSE(shell.failure);
}

TEST_CASE("a command tells its exit status, or the signal that ended it") {
  for (const auto& [command, status, signal] : {std::tuple("exit 7", 7, ""),
                                                {"kill -TERM $$", 0, "TERM"},
                                                {"exec >&- 2>&-; sleep 0.1; exit 4", 4, ""}}) {
    CAPTURE(command);
    Shell shell;
    shell.settings.terminal.command = command;
    REQUIRE(shell.opens());
    REQUIRE(shell.exits());
    CHECK(shell.exit->status == status);
    CHECK(shell.exit->signal == signal);
  }
}

TEST_CASE("the terminal has its type, its environment and its size, which changes") {
  Shell shell;
  shell.settings.terminal.term = "vt220";
  shell.settings.terminal.size = {100, 30};
  shell.settings.terminal.env = {{"REFUSED", "x"}, {"GREETING", "hello"}};
  shell.settings.terminal.command =
      "stty -echo; echo $TERM $GREETING$REFUSED.; stty size; read line; echo now `stty size`";
  REQUIRE(shell.opens());
  CHECK(shell.shows("vt220 hello."));
  CHECK(shell.shows("30 100"));
  for (int rows = 1; rows <= 44; ++rows) shell.session->resize({133, rows});
  // The last size goes out 50 ms after the first.
  const auto later = std::chrono::steady_clock::now() + std::chrono::milliseconds(200);
  CHECK(shell.run_until([&] { return std::chrono::steady_clock::now() > later; }));
  shell.send("\n");
  CHECK(shell.shows("now 44 133"));
}

TEST_CASE("stderr comes in the same stream, and the end of the input is passed on") {
  Shell shell;
  shell.settings.terminal.command = "stty -echo; echo oops >&2; cat; echo end";
  REQUIRE(shell.opens());
  CHECK(shell.shows("oops"));
  shell.send("\x04");
  CHECK(shell.shows("end"));
  CHECK(shell.exits());
}

TEST_CASE("a big paste comes back byte by byte while it is still being sent, over a small socket buffer") {
  Shell shell;
  shell.settings.send_buffer = 4096;
  shell.settings.terminal.command = "stty raw -echo; echo ready; cat";
  REQUIRE(shell.opens());
  REQUIRE(shell.shows("ready\n"));
  shell.output.clear();
  const std::string paste = noise(20 << 20);
  shell.send(paste);
  REQUIRE(shell.run_until([&] { return shell.output.size() >= paste.size(); }));
  CHECK((shell.output == paste));  // without showing 20 MB
  CHECK(shell.session->queued_input() == 0);
}

TEST_CASE("input that nobody takes is bounded, and the rest is left to the caller") {
  Shell shell;
  shell.settings.stdin_queue = 100'000;
  shell.settings.terminal.command = "stty raw -echo; echo ready; sleep 1000";
  REQUIRE(shell.opens());
  REQUIRE(shell.shows("ready"));
  const std::string much(8 << 20, 'x');
  size_t taken = 0;
  size_t last = 1;
  while (last > 0) taken += last = shell.session->write(std::string_view(much).substr(taken));
  CHECK(taken < (6 << 20));
  CHECK(shell.session->queued_input() <= 100'000);
  CHECK(shell.session->write("x") == 0);
}

TEST_CASE("`yes` that nobody reads costs no more than its window, no time, and ends at Ctrl-C") {
  Shell shell;
  shell.taking = false;
  shell.settings.terminal.command = "stty -echo; trap 'echo stopped; exit 5' INT; yes";
  REQUIRE(shell.opens());
  std::vector<char> some(1000);
  REQUIRE(shell.run_until([&] { return shell.session->read(some) > 0; }));
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(1);
  const unsigned before = shell.loop().turns();
  size_t most = 0;
  CHECK(shell.run_until([&] {
    // Sending makes libssh2 take off the socket what is there.
    shell.session->write("x");
    most = std::max(most, shell.session->memory());
    return std::chrono::steady_clock::now() > end;
  }));
  CHECK(most > (200 << 10));
  CHECK(most < (600 << 10));
  CHECK(shell.loop().turns() - before < 200);
  shell.session->write("\x03");
  shell.taking = true;
  shell.take();
  CHECK(shell.shows("stopped"));
  REQUIRE(shell.exits());
  CHECK(shell.exit->status == 5);
}

TEST_CASE("200 MB arrive, and memory stays within the window") {
  Shell shell;
  shell.settings.terminal.command = "stty raw -echo; head -c 200000000 /dev/zero; exit 9";
  size_t received = 0;
  REQUIRE(shell.opens());
  size_t most = 0;
  CHECK(shell.run_until([&] {
    received += shell.output.size();
    shell.output.clear();
    most = std::max(most, shell.session->memory());
    return shell.exit.has_value();
  }));
  CHECK(received + shell.output.size() == 200'000'000);
  CHECK(shell.exit->status == 9);
  CHECK(most < (600 << 10));
}

TEST_CASE("an idle session costs nothing and stays alive") {
  Shell shell;
  shell.settings.keepalive = std::chrono::seconds(1);
  shell.settings.terminal.command = "stty -echo; echo ready; read line; echo still here";
  REQUIRE(shell.opens());
  REQUIRE(shell.shows("ready"));
  const unsigned before = shell.loop().turns();
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(2500);
  CHECK(shell.run_until([&] { return std::chrono::steady_clock::now() > end; }));
  CHECK(shell.loop().turns() - before < 200);
  CHECK(shell.session->memory() < (100 << 10));
  shell.send("\n");
  CHECK(shell.shows("still here"));
}

TEST_CASE("a server that goes away ends the session, after its last output has been read") {
  Shell shell;
  shell.settings.terminal.command = "stty -echo; echo ready; read line; echo last words; kill -KILL $PPID";
  REQUIRE(shell.opens());
  REQUIRE(shell.shows("ready"));
  shell.send("\n");
  CHECK(shell.loop().run_until([&] { return shell.failure.has_value(); }));
  CHECK(shell.code() == "E_LOST");
  CHECK(shell.failure->retry);
}

TEST_CASE("a session may end in any state and inside any event") {
  for (int state = 0; state < 4; ++state) {
    CAPTURE(state);
    Shell shell;
    shell.settings.terminal.command = "yes";
    const auto end = [&] { shell.session.reset(); };
    if (state == 0) {
      shell.begin();
      end();
    } else if (state == 1) {
      shell.on_authenticate = end;
      shell.begin();
    } else if (state == 2) {
      REQUIRE(shell.opens());
      end();
    } else {
      shell.settings.host_keys.policy = HostKeyRules::Policy::Ask;
      write_file(shell.known_hosts, "");
      shell.on_host_key = end;
      shell.begin();
    }
    CHECK(shell.loop().run_until([&] { return !shell.session; }));
    CHECK_FALSE(shell.failure);
  }
}

TEST_CASE("a second session goes through the first, and both have a shell") {
  Shell outer;
  outer.settings.terminal.command = "stty -echo; echo outer; cat";
  REQUIRE(outer.opens());
  Shell inner;
  inner.shared = &outer.loop();
  inner.settings.terminal.command = "stty raw -echo; echo ready; cat";
  inner.begin(&outer);
  REQUIRE_MESSAGE(inner.run_until([&] { return inner.what.has_value(); }), inner.failure->text);
  REQUIRE(inner.shows("ready\n"));
  inner.output.clear();
  const std::string paste = noise(3 << 20);
  inner.send(paste);
  REQUIRE(inner.run_until([&] { return inner.output.size() >= paste.size(); }));
  CHECK((inner.output == paste));
  CHECK(outer.shows("outer"));
  const unsigned before = outer.loop().turns();
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(500);
  CHECK(outer.loop().run_until([&] { return std::chrono::steady_clock::now() > end; }));
  CHECK(outer.loop().turns() - before < 100);
}

TEST_CASE("a jump host that cannot connect says so") {
  Shell outer;
  outer.settings.terminal.wanted = false;
  REQUIRE(outer.opens());
  Shell inner;
  inner.shared = &outer.loop();
  inner.settings.port = 1;
  inner.begin(&outer);
  CHECK(inner.loop().run_until([&] { return inner.failure.has_value(); }));
  CHECK(inner.code() == "E_REFUSED");
  CHECK_FALSE(outer.failure);
}

}  // namespace wharf_paramiko::ssh
