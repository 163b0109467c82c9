// A consumer of wharf.io/1 and wharf.pool/1.
#include <wharf/ext/io.hpp>
#include <wharf/ext/pool.hpp>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "samples.h"

namespace {

using std::chrono::milliseconds;

class Extended : public wharf::Consumer {
 public:
  void connect() override {
    if (scope().path() != "/pending") return static_cast<void>(accept());
    timer_ = wharf::Timer(*this, milliseconds(50), [this] {
      accept();
      send("at last");
    });
  }

  void receive(std::string_view text) override {
    if (text == "once") timer_ = wharf::Timer(*this, milliseconds(10), [this] { send("once"); });
    if (text == "every")
      timer_ = wharf::Timer(
          *this, milliseconds(10), [this] { send("tick"); }, milliseconds(20));
    if (text == "cancel") timer_.cancel();
    if (text == "replace")
      timer_ =
          wharf::Timer(*this, milliseconds(10), [this, word = std::string("replaced by a long enough text")] {
            timer_ = {};  // ends the function that runs; its captures must still be there
            send(word);
          });
    if (text == "timer throw")
      timer_ = wharf::Timer(*this, milliseconds(10), [] { throw std::runtime_error("late"); });
    if (text == "watch")
      watch_ = wharf::Watch(*this, 7, WHARF_IO_READ,
                            [this](uint32_t mask) { send("ready " + std::to_string(mask)); });
    if (text == "write") watch_.want(WHARF_IO_WRITE);
    if (text == "move") {
      wharf::Watch other = std::move(watch_);
      watches_.push_back(std::move(other));
    }
    if (text == "pause") wharf::pause(*this, true);
    if (text == "pool")
      wharf::run_in_pool(
          *this, [] { return std::string("worked"); }, [this](const std::string& result) { send(result); });
    if (text == "pool void")
      wharf::run_in_pool(
          *this, [] {}, [this] { send("void"); });
    if (text == "pool unique")
      wharf::run_in_pool(
          *this, [] { return std::make_unique<int>(9); },
          [this](std::unique_ptr<int> nine) { send(std::to_string(*nine)); });
    if (text == "pool throw")
      wharf::run_in_pool(
          *this, []() -> int { throw std::runtime_error("in the pool"); }, [this](int) { send("never"); });
  }

 private:
  wharf::Timer timer_;
  wharf::Watch watch_;
  std::vector<wharf::Watch> watches_;
};

constexpr wharf::Plugin description{.name = "extension", .version = "1.0.0"};

}  // namespace

constinit const wharf_consumer extension_entry = wharf::detail::entry<Extended>(description);
