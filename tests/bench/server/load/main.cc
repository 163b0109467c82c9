// A load for a WebSocket server, with every answer checked:
//
//   load KIND --port PORT [OPTION…]
//
//   KIND   echo, fan-out, latency, arrivals or idle: each is a file here
//   --path PATH  --connections N  --messages N (over all connections)  --warm-up N (before anything is
//   measured)
//   --window N (messages in flight)  --size BYTES  --idle N (connections beside that say nothing)
//   --rate N (messages a second)  --pair (two texts answer one, as the message consumer does)
//   --header "NAME: VALUE" (of the handshake; may be repeated)
//
// It opens its connections and says "ready"; runs when it is told so by a line, and says what it took as a
// JSON object; closes its connections at the next line, and says "clean" when nothing else has come. It ends
// with 1, and with the reason on stderr, at the first byte that is wrong.

#include <getopt.h>
#include <sys/resource.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "arrivals.h"
#include "echo.h"
#include "failure.h"
#include "fan_out.h"
#include "idle.h"
#include "latency.h"
#include "work.h"

namespace load {
namespace {

using Make = std::function<std::unique_ptr<Work>(const Options&)>;

template <class Kind>
std::unique_ptr<Work> make(const Options& options) {
  return std::make_unique<Kind>(options);
}

const std::map<std::string, Make> kinds = {{"echo", make<Echo>},
                                           {"fan-out", make<FanOut>},
                                           {"latency", make<Latency>},
                                           {"arrivals", make<Arrivals>},
                                           {"idle", make<Idle>}};

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void wait_for_line() {
  std::string line;
  if (!std::getline(std::cin, line)) throw std::runtime_error("nobody says how it goes on");
}

void say(const std::string& line) { std::cout << line << std::endl; }

void run(Work& work) {
  work.warm_up();
  say("ready");
  wait_for_line();
  const double cpu = cpu_seconds();
  const auto begin = std::chrono::steady_clock::now();
  work.run();
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
  say("{\"seconds\": " + std::to_string(taken.count()) + ", \"cpu\": " + std::to_string(cpu_seconds() - cpu) +
      work.result() + "}");
  wait_for_line();
  work.close();
  say("clean");
}

// The words after the kind: each names a number, but for --path, --header and --pair.
Options read_options(int count, char** words) {
  Options options;
  std::size_t port = 0;
  const std::vector<std::pair<option, std::size_t*>> numbers = {
      {{"port", required_argument, nullptr, 0}, &port},
      {{"connections", required_argument, nullptr, 0}, &options.connections},
      {{"idle", required_argument, nullptr, 0}, &options.idle},
      {{"window", required_argument, nullptr, 0}, &options.window},
      {{"size", required_argument, nullptr, 0}, &options.size},
      {{"messages", required_argument, nullptr, 0}, &options.messages},
      {{"warm-up", required_argument, nullptr, 0}, &options.warm_up},
      {{"rate", required_argument, nullptr, 0}, &options.rate}};
  std::vector<option> known;
  for (const auto& [number, value] : numbers) known.push_back(number);
  known.push_back({"path", required_argument, nullptr, 'p'});
  known.push_back({"header", required_argument, nullptr, 'h'});
  known.push_back({"pair", no_argument, nullptr, '2'});
  known.push_back({});
  int index = 0;
  for (int found = 0; (found = getopt_long(count, words, "", known.data(), &index)) != -1;) {
    if (found == '?') throw Failure("the head of load/main.cc says what is understood");
    if (found == 'p') options.target.path = optarg;
    if (found == 'h') options.target.headers += std::string(optarg) + "\r\n";
    if (found == '2') options.pair = true;
    if (found == 0) *numbers[static_cast<std::size_t>(index)].second = std::stoul(optarg);
  }
  options.target.port = static_cast<std::uint16_t>(port);
  return options;
}

int main(int count, char** words) {
  try {
    const auto kind = kinds.find(count > 1 ? words[1] : "");
    if (kind == kinds.end()) throw Failure("which kind of load? echo, fan-out, latency, arrivals or idle");
    run(*kind->second(read_options(count - 1, words + 1)));
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "load: " << error.what() << "\n";
    return 1;
  }
}

}  // namespace
}  // namespace load

int main(int count, char** words) { return load::main(count, words); }
