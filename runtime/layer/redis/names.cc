#include "layer/redis/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <random>
#include <utility>

namespace wharf::layer::redis {

namespace {

constexpr size_t longest_channel = 99;
constexpr size_t connection_digits = 16;

std::string digits_of(wharf_connection connection) { return fmt::format("{:016x}", connection); }

std::optional<uint64_t> read_hex(std::string_view digits) {
  uint64_t number = 0;
  const char* end = digits.data() + digits.size();
  const std::from_chars_result read = std::from_chars(digits.data(), end, number, 16);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return number;
}

// What follows `start` in `name`, as a number.
std::optional<uint64_t> number_behind(std::string_view start, std::string_view name) {
  if (!name.starts_with(start)) return std::nullopt;
  return read_hex(name.substr(start.size()));
}

std::optional<wharf_connection> connection_behind(std::string_view start, std::string_view name) {
  if (name.size() != start.size() + connection_digits) return std::nullopt;
  const std::optional<uint64_t> connection = number_behind(start, name);
  return connection && *connection != 0 ? connection : std::nullopt;
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
         c == '-';
}

}  // namespace

std::string random_process() {
  std::random_device random;
  std::string digits;
  for (int i = 0; i < 4; ++i) digits += fmt::format("{:08x}", random());
  return digits;
}

Names::Names(const std::string& process, std::string prefix)
    : prefix_(std::move(prefix)),
      own_part_("specific." + process + "!"),
      pubsub_part_("specific." + process.substr(0, 16)) {}

std::string Names::group_key(std::string_view group) const {
  return fmt::format("{}:group:{}", prefix_, group);
}

std::string Names::queue_key(std::string_view channel) const {
  return fmt::format("{}{}", prefix_, non_local(channel));
}

std::string Names::group_subscription(std::string_view group) const {
  return fmt::format("{}__group__{}", prefix_, group);
}

std::string Names::channel_subscription(std::string_view channel) const {
  return fmt::format("{}{}", prefix_, channel);
}

std::string Names::core_channel(wharf_connection connection) const {
  return own_part_ + digits_of(connection);
}

std::optional<wharf_connection> Names::core_connection(std::string_view channel) const {
  return connection_behind(own_part_, channel);
}

std::string Names::pubsub_channel(wharf_connection connection) const {
  return pubsub_part_ + digits_of(connection);
}

std::optional<wharf_connection> Names::pubsub_connection(std::string_view channel) const {
  return connection_behind(pubsub_part_, channel);
}

std::string Names::group_member(uint64_t number) const { return fmt::format("{}g{:x}", own_part_, number); }

std::optional<uint64_t> Names::group_number(std::string_view channel) const {
  return number_behind(own_part_ + "g", channel);
}

std::string_view non_local(std::string_view channel) {
  const size_t mark = channel.find('!');
  return mark == std::string_view::npos ? channel : channel.substr(0, mark + 1);
}

bool is_channel(std::string_view name) {
  if (name.size() > longest_channel) return false;
  const size_t mark = std::min(name.find('!'), name.size());
  const std::string_view local = name.substr(std::min(mark + 1, name.size()));
  return mark > 0 &&
         std::all_of(name.begin(), name.begin() + static_cast<std::ptrdiff_t>(mark), is_name_character) &&
         std::all_of(local.begin(), local.end(), is_name_character);
}

}  // namespace wharf::layer::redis
