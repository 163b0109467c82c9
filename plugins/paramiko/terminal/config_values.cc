// SPDX-License-Identifier: MIT
#include "terminal/config_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace wharf_paramiko::terminal {

namespace {

struct Unit {
  std::string_view name;
  uint64_t factor;
};

// The largest first, as the way back takes the first that fits; of two names the one to write first.
constexpr std::array sizes = {Unit{"GiB", 1ull << 30}, Unit{"MiB", 1ull << 20}, Unit{"KiB", 1ull << 10},
                              Unit{"B", 1}};
constexpr std::array durations = {Unit{"d", 86'400'000}, Unit{"h", 3'600'000}, Unit{"min", 60'000},
                                  Unit{"m", 60'000},     Unit{"s", 1'000},     Unit{"ms", 1}};

tl::unexpected<std::string> failure(std::string why) { return tl::make_unexpected(std::move(why)); }

template <size_t Count>
tl::expected<uint64_t, std::string> parse(std::string_view text, const std::array<Unit, Count>& units,
                                          std::string_view bare_unit, std::string_view examples) {
  uint64_t number = 0;
  std::from_chars_result read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec == std::errc::result_out_of_range) return failure("the number is too large");
  if (read.ec != std::errc())
    return failure(fmt::format("write a whole number and a unit, such as {}", examples));
  std::string_view unit = text.substr(static_cast<size_t>(read.ptr - text.data()));
  unit.remove_prefix(std::min(unit.find_first_not_of(' '), unit.size()));
  if (unit.empty() && number == 0) return 0;
  if (unit.empty()) unit = bare_unit;
  for (const auto& [name, factor] : units) {
    if (name != unit) continue;
    uint64_t product = 0;
    bool overflows = __builtin_mul_overflow(number, factor, &product);
    if (overflows || product > static_cast<uint64_t>(std::numeric_limits<int64_t>::max()))
      return failure("the number is too large");
    return product;
  }
  std::string names;
  for (const Unit& known : units) names += fmt::format("{}{}", names.empty() ? "" : ", ", known.name);
  return failure(fmt::format("write a whole number and a unit of {}, such as {}", names, examples));
}

template <size_t Count>
std::string show(uint64_t number, const std::array<Unit, Count>& units) {
  for (const Unit& unit : units) {
    if (number >= unit.factor && number % unit.factor == 0)
      return fmt::format("{} {}", number / unit.factor, unit.name);
  }
  return "0";
}

// Edit distance with swaps of neighbours (optimal string alignment), by rows.
size_t distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1);
  std::vector<size_t> above(b.size() + 1);
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t changed = a[i - 1] == b[j - 1] ? 0u : 1u;
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + changed});
      bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return above[b.size()];
}

}  // namespace

tl::expected<uint64_t, std::string> parse_size(std::string_view text) {
  return parse(text, sizes, "B", "64 KiB or 1 MiB");
}

tl::expected<std::chrono::milliseconds, std::string> parse_duration(std::string_view text) {
  return parse(text, durations, "", "200 ms or 20 s").map([](uint64_t count) {
    return std::chrono::milliseconds(static_cast<int64_t>(count));
  });
}

std::string show_size(uint64_t bytes) { return show(bytes, sizes); }

std::string show_duration(std::chrono::milliseconds duration) {
  return show(static_cast<uint64_t>(duration.count()), durations);
}

std::string suggest(std::string_view word, const std::vector<std::string>& candidates) {
  constexpr size_t longest_word = 40;  // nobody means a key with something longer
  const std::string* best = nullptr;
  size_t best_distance = std::max<size_t>(1, word.size() / 3) + 1;
  std::string all;
  for (const std::string& candidate : candidates) {
    all += fmt::format("{}`{}`", all.empty() ? "" : ", ", candidate);
    size_t d = word.size() > longest_word ? best_distance : distance(word, candidate);
    if (d < best_distance) {
      best = &candidate;
      best_distance = d;
    }
  }
  return best != nullptr ? fmt::format("did you mean `{}`?", *best) : fmt::format("write one of {}", all);
}

}  // namespace wharf_paramiko::terminal
