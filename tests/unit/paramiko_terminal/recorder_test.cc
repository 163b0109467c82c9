#include "terminal/recorder.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <deque>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

using namespace wharf_paramiko::terminal;
using std::chrono::milliseconds;

namespace {

// A pool whose one thread is the test: it works when it is told to.
class Pool {
 public:
  Recorder::InPool submit() {
    return [this](std::function<void()> work, std::function<void()> done) {
      jobs_.push_back({std::move(work), std::move(done)});
      ++submitted;
    };
  }
  bool work_one() {
    if (jobs_.empty()) return false;
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    job.work();
    job.done();
    return true;
  }
  void work_all() {
    while (work_one()) {
    }
  }
  // Has no thread to spare.
  bool refuse_one() {
    if (jobs_.empty()) return false;
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    job.done();
    return true;
  }
  // Ends before the jobs began.
  void drop_all() { jobs_.clear(); }
  int submitted = 0;

 private:
  struct Job {
    std::function<void()> work;
    std::function<void()> done;
  };
  std::deque<Job> jobs_;
};

class Recording {
 public:
  explicit Recording(size_t queue = 1 << 20, bool input = false) {
    std::string name = std::filesystem::temp_directory_path() / "wharf-recorder-XXXXXX";
    REQUIRE(mkdtemp(name.data()) != nullptr);
    directory = name;
    Recorder::Told told{[this] { ++rooms; }, [this](const std::string& why) { failures.push_back(why); }};
    recorder.emplace(Recorder::Options{{directory, "one", 0}, queue, input}, CastHeader(), began,
                     pool.submit(), told);
  }
  ~Recording() {
    recorder.reset();
    pool.work_all();
    std::filesystem::remove_all(directory);
  }
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;

  // The texts of one kind.
  std::string texts(std::string_view kind) const {
    std::ifstream in(directory / "one.cast", std::ios::binary);
    std::string all;
    std::string line;
    std::getline(in, line);
    while (std::getline(in, line)) {
      nlohmann::json event = nlohmann::json::parse(line);
      if (event[1] == kind) all += event[2].get<std::string>();
    }
    return all;
  }
  Recorder::Clock::time_point at(int ms) const { return began + milliseconds(ms); }

  Recorder::Clock::time_point began{milliseconds(5000)};
  std::filesystem::path directory;
  Pool pool;
  int rooms = 0;
  std::vector<std::string> failures;
  std::optional<Recorder> recorder;
};

}  // namespace

TEST_CASE("events are written by one job at a time, with all that waits") {
  Recording recording;
  CHECK(recording.recorder->output(recording.at(1), "a"));
  CHECK(recording.recorder->output(recording.at(2), "b"));
  CHECK(recording.recorder->resize(recording.at(3), 120, 50));
  CHECK(recording.recorder->input(recording.at(4), "secret"));  // not recorded, which is no failure
  CHECK(recording.recorder->marker(recording.at(5), "mark"));
  CHECK(recording.pool.submitted == 1);
  CHECK(!std::filesystem::exists(recording.directory / "one.cast"));
  CHECK(recording.pool.work_one());
  CHECK(recording.pool.submitted == 2);
  recording.pool.work_all();
  CHECK(recording.pool.submitted == 2);
  CHECK(recording.texts("o") == "ab");
  CHECK(recording.texts("r") == "120x50");
  CHECK(recording.texts("m") == "mark");
  CHECK(recording.texts("i").empty());
  CHECK(recording.rooms == 0);
}

TEST_CASE("input is recorded where it is asked for") {
  Recording recording(1 << 20, true);
  CHECK(recording.recorder->input(recording.at(4), "typed"));
  recording.pool.work_all();
  CHECK(recording.texts("i") == "typed");
}

TEST_CASE("close writes the rest and tells") {
  Recording recording;
  recording.recorder->output(recording.at(1), "a");
  recording.recorder->output(recording.at(2), "b");
  std::optional<std::string> closed;
  recording.recorder->close([&](const std::string& why) { closed = why; });
  CHECK(!recording.recorder->output(recording.at(3), "late"));
  recording.recorder.reset();
  CHECK(!closed);
  recording.pool.work_all();
  REQUIRE(closed);
  CHECK(closed->empty());
  CHECK(recording.texts("o") == "ab");
}

TEST_CASE("a recorder that goes without close writes what waits all the same") {
  Recording recording;
  recording.recorder->output(recording.at(1), "a");
  recording.recorder->output(recording.at(2), "b");
  recording.recorder.reset();
  recording.pool.work_all();
  CHECK(recording.texts("o") == "ab");
}

TEST_CASE("who asks for room first loses nothing, and is told when there is some") {
  Recording recording(1000);
  std::string all;
  int paused = 0;
  for (int i = 0; i < 200; ++i) {
    std::string bytes = "output " + std::to_string(i) + "\n";
    while (recording.recorder->room() < bytes.size()) {
      ++paused;
      int before = recording.rooms;
      // A last piece that fits keeps what follows from it waiting for less than nothing.
      if (size_t room = recording.recorder->room(); room > 0) {
        REQUIRE(recording.recorder->output(recording.at(i), bytes.substr(0, room)));
        all += bytes.substr(0, room);
        bytes.erase(0, room);
        continue;
      }
      REQUIRE(recording.pool.work_one());
      REQUIRE(recording.rooms == before + 1);
    }
    REQUIRE(recording.recorder->output(recording.at(i), bytes));
    all += bytes;
  }
  CHECK(paused > 5);
  recording.pool.work_all();
  CHECK(recording.recorder->dropped() == 0);
  CHECK(recording.texts("o") == all);
}

TEST_CASE("what does not fit is counted, and a marker says so") {
  Recording recording(1000);
  CHECK(recording.recorder->output(recording.at(1), std::string(800, 'a')));
  CHECK(!recording.recorder->output(recording.at(2), std::string(300, 'b')));
  CHECK(!recording.recorder->output(recording.at(3), std::string(200, 'c')));
  CHECK(recording.recorder->dropped() == 500);
  recording.pool.work_all();
  CHECK(recording.rooms == 1);
  CHECK(recording.recorder->output(recording.at(4), "d"));
  recording.pool.work_all();
  CHECK(recording.rooms == 1);
  CHECK(recording.texts("o") == std::string(800, 'a') + "d");
  CHECK(recording.texts("m") == "500 bytes are not recorded here");
}

TEST_CASE("small events count for more than their bytes, so the queue is bounded") {
  Recording recording(1000);
  int taken = 0;
  while (recording.recorder->output(recording.at(1), "x")) ++taken;
  CHECK(taken < 20);
}

TEST_CASE("a disk that fails is told once, and nothing is recorded from then on") {
  Recording recording;
  std::ofstream(recording.directory / "one.cast") << "somebody's";
  recording.recorder->output(recording.at(1), "a");
  recording.recorder->output(recording.at(2), "b");
  recording.pool.work_all();
  REQUIRE(recording.failures.size() == 1);
  CHECK(recording.failures[0].ends_with("one.cast: File exists"));
  CHECK(recording.recorder->room() == 0);
  CHECK(!recording.recorder->output(recording.at(3), "c"));
  std::optional<std::string> closed;
  recording.recorder->close([&](const std::string& why) { closed = why; });
  recording.pool.work_all();
  CHECK(closed == recording.failures[0]);
  CHECK(recording.failures.size() == 1);
}

TEST_CASE("who is told may let the recorder go") {
  Recording recording(1000);
  Recorder::Told told{[&] { recording.recorder.reset(); }, nullptr};
  recording.recorder.emplace(Recorder::Options{{recording.directory, "two", 0}, 1000, false}, CastHeader(),
                             recording.began, recording.pool.submit(), told);
  CHECK(!recording.recorder->output(recording.at(1), std::string(2000, 'x')));
  recording.recorder->output(recording.at(1), "y");
  recording.pool.work_all();
  CHECK(!recording.recorder);
  CHECK(std::filesystem::exists(recording.directory / "two.cast"));
}

TEST_CASE("a recording that is begun says so when its file is there") {
  Recording recording;
  std::optional<std::string> begun;
  recording.recorder->begin([&](const std::string& why) { begun = why; });
  recording.recorder->resize(recording.at(1), 90, 25);
  CHECK(!begun);
  recording.pool.work_all();
  CHECK(begun == "");
  CHECK(std::filesystem::exists(recording.directory / "one.cast"));
  CHECK(recording.texts("r") == "90x25");
}

TEST_CASE("a recording that cannot begin says why, once") {
  Recording recording;
  std::filesystem::remove(recording.directory);
  std::optional<std::string> begun;
  recording.recorder->begin([&](const std::string& why) {
    begun = why;
    recording.recorder.reset();  // which it may
  });
  recording.pool.work_all();
  REQUIRE(begun);
  CHECK(begun->ends_with("one.cast: No such file or directory"));
  CHECK(recording.failures.empty());
}

TEST_CASE("a pool without a thread to spare is a failure, and no silent loss") {
  Recording recording;
  recording.recorder->output(recording.at(1), "a");
  CHECK(recording.pool.refuse_one());
  REQUIRE(recording.failures.size() == 1);
  CHECK(recording.recorder->room() == 0);
}

TEST_CASE("a pool that ends leaves nothing unwritten") {
  Recording recording;
  recording.recorder->output(recording.at(1), "a");
  recording.recorder->output(recording.at(2), "b");
  recording.recorder.reset();
  recording.pool.drop_all();
  CHECK(recording.texts("o") == "ab");
}
