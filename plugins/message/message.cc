// SPDX-License-Identifier: MIT
//
// Every visitor's tabs form a group under the visitor's name; what one tab says, all of them show, each with
// the time at which it arrived.

#include <wharf/consumer.hpp>

#include <array>
#include <ctime>
#include <string>
#include <string_view>

namespace {

// YYYY-MM-DD HH:MM:SS in the time zone of this process.
std::string local_time(std::time_t now) {
  std::tm broken_down{};
  localtime_r(&now, &broken_down);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &broken_down)};
}

// What all members of a group answer to one text within one second is the same line. Most of what a member
// costs would be the time of day, so the line is made once for all of them.
class ReceivedLines {
 public:
  explicit ReceivedLines(const wharf::Host&) {}

  // Good until the next call.
  std::string_view line_of(std::string_view text) {
    const std::time_t now = std::time(nullptr);
    if (now == second_ && text == text_) return line_;
    if (now != second_) time_ = local_time(now);
    second_ = now;
    text_ = text;
    line_ = time_ + "收到消息：" + text_;
    return line_;
  }

 private:
  std::time_t second_ = -1;
  std::string time_;
  std::string text_;
  std::string line_;
};

class MessageConsumer : public wharf::RouteConsumer<ReceivedLines> {
 public:
  void connect() override {
    username = scope().user().name_or("anonymous");
    accept();
    group_add(username);
  }

  void disconnect() override { group_discard(username); }

  void receive(std::string_view text) override { group_send(username, "user.message", {{"text", text}}); }

  void user_message(const wharf::Event& event) {
    const std::string_view text = event["text"];
    send(text);
    send(route().line_of(text));
  }

  // The next version takes the connection over: the name of its group is all that it has to know.
  std::string export_state() const { return username; }
  void import_state(std::string_view state) { username = state; }

  static constexpr auto events = wharf::events(wharf::on("user.message", &MessageConsumer::user_message));

 private:
  std::string username;
};

}  // namespace

WHARF_PLUGIN(MessageConsumer, .name = "message", .version = "1.0.0",
             .summary = "shows what one tab of a visitor says in all of them");
