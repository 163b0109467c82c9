#include <wharf/ext/io.h>

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <thread>

#include "borrowed_host.h"

namespace wharf::plugin {

namespace {

// A pair of connected non-blocking sockets.
struct Pair {
  Pair() { REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()) == 0); }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;
  ~Pair() {
    for (int end : ends) close(end);
  }
  void write_there() { REQUIRE(write(ends[1], "x", 1) == 1); }
  void read_here() {
    char byte;
    REQUIRE(read(ends[0], &byte, 1) == 1);
  }
  std::array<int, 2> ends{};
};

struct Io : BorrowedHost {
  const wharf_io& io = *extension<wharf_io>(WHARF_IO);
  int calls = 0;
  uint32_t last_mask = 0;
  std::function<void()> react;
  wharf_io_token token = 0;

  static void ready(void*, void* context, int, uint32_t mask) {
    Io& self = *static_cast<Io*>(context);
    ++self.calls;
    self.last_mask = mask;
    if (self.react) self.react();
  }
  static void fired(void* instance, void* context) { ready(instance, context, -1, 0); }

  wharf_io_token watch(int fd, uint32_t mask) { return io.watch(host, fd, mask, ready, this); }
  wharf_io_token timer(uint64_t first_ms, uint64_t every_ms) {
    return io.timer(host, first_ms, every_ms, fired, this);
  }
  // Two turns in which whatever can happen happens.
  void turn() {
    for (int i = 0; i < 2; ++i) uv_run(services.loop(), UV_RUN_NOWAIT);
  }
};

}  // namespace

TEST_CASE_FIXTURE(Io, "a watch is level-triggered: called again while the condition lasts") {
  Pair pair;
  token = watch(pair.ends[0], WHARF_IO_READ);
  REQUIRE(token != 0);
  turn();
  CHECK(calls == 0);
  pair.write_there();
  CHECK(services.run_until([&] { return calls >= 3; }));
  CHECK(last_mask == WHARF_IO_READ);
  pair.read_here();
  calls = 0;
  turn();
  CHECK(calls == 0);
  CHECK(io.cancel(host, token) == WHARF_OK);
}

TEST_CASE_FIXTURE(Io, "a mask of 0 keeps the watch and reports nothing") {
  Pair pair;
  pair.write_there();
  token = watch(pair.ends[0], 0);
  REQUIRE(token != 0);
  turn();
  CHECK(calls == 0);
  CHECK(io.modify(host, token, WHARF_IO_READ | WHARF_IO_WRITE) == WHARF_OK);
  CHECK(services.run_until([&] { return calls > 0; }));
  CHECK(last_mask == (WHARF_IO_READ | WHARF_IO_WRITE));
  calls = 0;
  CHECK(io.modify(host, token, 0) == WHARF_OK);
  turn();
  CHECK(calls == 0);
}

TEST_CASE_FIXTURE(Io, "cancelling inside its own callback ends a watch, and its token") {
  Pair pair;
  pair.write_there();
  token = watch(pair.ends[0], WHARF_IO_READ);
  react = [&] { CHECK(io.cancel(host, token) == WHARF_OK); };
  CHECK(services.run_until([&] { return calls == 1; }));
  turn();
  CHECK(calls == 1);
  CHECK(io.cancel(host, token) == WHARF_GONE);
  CHECK(io.modify(host, token, WHARF_IO_READ) == WHARF_GONE);
}

TEST_CASE_FIXTURE(Io, "a callback may cancel another watch that is ready in the same turn") {
  Pair one;
  Pair two;
  one.write_there();
  two.write_there();
  const wharf_io_token first = watch(one.ends[0], WHARF_IO_READ);
  const wharf_io_token second = watch(two.ends[0], WHARF_IO_READ);
  react = [&] {
    io.cancel(host, first);
    io.cancel(host, second);
  };
  CHECK(services.run_until([&] { return calls == 1; }));
  turn();
  CHECK(calls == 1);
}

TEST_CASE_FIXTURE(Io, "a callback may replace its watch by one of the same descriptor") {
  Pair pair;
  pair.write_there();
  token = watch(pair.ends[0], WHARF_IO_READ);
  react = [&] {
    CHECK(io.cancel(host, token) == WHARF_OK);
    token = watch(pair.ends[0], WHARF_IO_READ);
    CHECK(token != 0);
  };
  CHECK(services.run_until([&] { return calls >= 2; }));
  react = nullptr;
  CHECK(io.cancel(host, token) == WHARF_OK);
}

TEST_CASE_FIXTURE(Io, "a descriptor is watched once at a time") {
  Pair pair;
  token = watch(pair.ends[0], WHARF_IO_READ);
  CHECK(watch(pair.ends[0], WHARF_IO_WRITE) == 0);
  CHECK(log.contains("it is watched already"));
  CHECK(io.cancel(host, token) == WHARF_OK);
  CHECK(watch(pair.ends[0], WHARF_IO_WRITE) != 0);
}

TEST_CASE_FIXTURE(Io, "an error on the descriptor is reported while it lasts") {
  // The reader of a pipe has gone: its writer has an error that no system call takes away.
  int ends[2];
  REQUIRE(pipe2(ends, O_NONBLOCK) == 0);
  close(ends[0]);
  token = watch(ends[1], WHARF_IO_WRITE);
  CHECK(services.run_until([&] { return calls >= 3; }));
  CHECK(last_mask == (WHARF_IO_WRITE | WHARF_IO_ERROR));
  CHECK(io.cancel(host, token) == WHARF_OK);
  calls = 0;
  turn();
  CHECK(calls == 0);
  close(ends[1]);
}

TEST_CASE_FIXTURE(Io, "a peer that closes makes its watcher readable") {
  Pair pair;
  token = watch(pair.ends[0], WHARF_IO_READ);
  close(pair.ends[1]);
  pair.ends[1] = -1;
  CHECK(services.run_until([&] { return calls > 0; }));
  CHECK((last_mask & WHARF_IO_READ) != 0);
}

TEST_CASE_FIXTURE(Io, "a timer fires once, and is then used up, within its callback already") {
  token = timer(1, 0);
  REQUIRE(token != 0);
  wharf_result inside = WHARF_OK;
  react = [&] { inside = io.cancel(host, token); };
  CHECK(services.run_until([&] { return calls == 1; }));
  CHECK(inside == WHARF_GONE);
  turn();
  CHECK(calls == 1);
}

TEST_CASE_FIXTURE(Io, "a timer repeats until it is cancelled, be it by itself") {
  token = timer(0, 1);
  react = [&] {
    if (calls == 3) CHECK(io.cancel(host, token) == WHARF_OK);
  };
  CHECK(services.run_until([&] { return calls == 3; }));
  services.run_until([] { return false; }, std::chrono::milliseconds(10));
  CHECK(calls == 3);
}

TEST_CASE_FIXTURE(Io, "a timer waits no less than it was told, however long the turn has been") {
  // The loop's own clock is as old as its last turn.
  uv_update_time(services.loop());
  const auto begin = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() < begin + std::chrono::milliseconds(30)) continue;
  const auto made = std::chrono::steady_clock::now();
  timer(30, 0);
  CHECK(services.run_until([&] { return calls == 1; }));
  // libuv counts in whole milliseconds.
  CHECK(std::chrono::steady_clock::now() - made >= std::chrono::milliseconds(28));
}

TEST_CASE_FIXTURE(Io, "wrong arguments are refused") {
  Pair pair;
  CHECK(io.watch(host, -1, WHARF_IO_READ, ready, this) == 0);
  CHECK(io.watch(host, pair.ends[0], WHARF_IO_ERROR, ready, this) == 0);
  CHECK(io.watch(host, pair.ends[0], WHARF_IO_READ, nullptr, this) == 0);
  CHECK(io.watch(host, 99999, WHARF_IO_READ, ready, this) == 0);
  CHECK(log.contains("descriptor 99999: bad file descriptor"));
  CHECK(io.timer(host, 1, 0, nullptr, this) == 0);
  token = timer(1000, 0);
  CHECK(io.modify(host, token, WHARF_IO_READ) == WHARF_INVALID);
  CHECK(io.cancel(host, 12345) == WHARF_GONE);
}

TEST_CASE_FIXTURE(Io, "another thread is denied") {
  Pair pair;
  token = timer(60000, 0);
  std::thread other([&] {
    CHECK(watch(pair.ends[0], WHARF_IO_READ) == 0);
    CHECK(timer(1, 0) == 0);
    CHECK(io.modify(host, token, 0) == WHARF_DENIED);
    CHECK(io.cancel(host, token) == WHARF_DENIED);
    CHECK(io.pause(host, 1, 1) == WHARF_DENIED);
  });
  other.join();
  CHECK(io.cancel(host, token) == WHARF_OK);
}

TEST_CASE_FIXTURE(Io, "what destroy leaves over is cancelled, and no more is made") {
  Pair pair;
  pair.write_there();
  token = watch(pair.ends[0], WHARF_IO_READ);
  timer(0, 1);
  struct Answers {
    const wharf_io* io;
    wharf_io_token left_over;
    wharf_io_token made = 1;
    wharf_result cancelled = WHARF_GONE;
  } answers{&io, timer(0, 1)};
  lender->context = &answers;
  lender->on_destroy = [](const wharf_host* table, void* context) {
    Answers& self = *static_cast<Answers*>(context);
    self.made = self.io->timer(table, 0, 0, fired, nullptr);
    self.cancelled = self.io->cancel(table, self.left_over);
  };
  instance.reset();
  CHECK(answers.made == 0);
  CHECK(answers.cancelled == WHARF_OK);
  services.run_until([] { return false; }, std::chrono::milliseconds(10));
  CHECK(calls == 0);
}

}  // namespace wharf::plugin
