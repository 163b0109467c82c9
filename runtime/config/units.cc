#include "config/units.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <limits>

#include "config/quote.h"

namespace wharf::config {

namespace {

struct Unit {
  std::string_view name;
  uint64_t factor;
};

// The largest comes first: the way back to text takes the first that fits.
constexpr std::array sizes = {Unit{"GiB", 1ull << 30}, Unit{"MiB", 1ull << 20}, Unit{"KiB", 1ull << 10},
                              Unit{"B", 1}};
constexpr std::array durations = {Unit{"d", 86'400'000}, Unit{"h", 3'600'000}, Unit{"min", 60'000},
                                  Unit{"s", 1'000}, Unit{"ms", 1}};

struct Quantity {
  uint64_t number = 0;
  std::string_view unit;
};

Result<Quantity> split(std::string_view text, std::string_view examples) {
  Quantity quantity;
  const char* end = text.data() + text.size();
  std::from_chars_result read = std::from_chars(text.data(), end, quantity.number);
  if (read.ec == std::errc::result_out_of_range) return failure("the number is too large");
  if (read.ec != std::errc())
    return failure(fmt::format("write a whole number and a unit, such as {}", examples));
  quantity.unit = std::string_view(read.ptr, static_cast<size_t>(end - read.ptr));
  while (quantity.unit.starts_with(' ')) quantity.unit.remove_prefix(1);
  if (quantity.unit.starts_with('.') || quantity.unit.starts_with(',')) {
    return failure(fmt::format("write a whole number of a smaller unit, such as {}", examples));
  }
  return quantity;
}

template <size_t Count>
Result<uint64_t> in_base_units(const Quantity& quantity, const std::array<Unit, Count>& units,
                               std::string_view examples) {
  for (const Unit& unit : units) {
    if (unit.name != quantity.unit) continue;
    uint64_t product = 0;
    bool overflows = __builtin_mul_overflow(quantity.number, unit.factor, &product);
    if (overflows || product > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
      return failure("the number is too large");
    }
    return product;
  }
  std::string names;
  for (const Unit& unit : units) names += fmt::format("{}{}", names.empty() ? "" : ", ", unit.name);
  return failure(fmt::format("the units are {}: write it like {}", names, examples));
}

template <size_t Count>
std::string show(uint64_t number, const std::array<Unit, Count>& units) {
  for (const Unit& unit : units) {
    if (number >= unit.factor && number % unit.factor == 0)
      return fmt::format("{} {}", number / unit.factor, unit.name);
  }
  return "0";
}

}  // namespace

Result<uint64_t> parse_size(std::string_view text) {
  constexpr std::string_view examples = "64 KiB or 1 MiB";
  Result<Quantity> quantity = split(text, examples);
  if (!quantity) return tl::make_unexpected(quantity.error());
  if (quantity->unit.empty()) quantity->unit = "B";
  return in_base_units(*quantity, sizes, examples);
}

Result<std::chrono::milliseconds> parse_duration(std::string_view text) {
  constexpr std::string_view examples = "200 ms or 20 s";
  Result<Quantity> quantity = split(text, examples);
  if (!quantity) return tl::make_unexpected(quantity.error());
  if (quantity->unit.empty() && quantity->number == 0) return std::chrono::milliseconds(0);
  if (quantity->unit.empty()) return failure(fmt::format("add the unit: {0} s or {0} ms", quantity->number));
  return in_base_units(*quantity, durations, examples).map([](uint64_t count) {
    return std::chrono::milliseconds(static_cast<int64_t>(count));
  });
}

std::string show_size(uint64_t bytes) { return show(bytes, sizes); }

std::string show_duration(std::chrono::milliseconds duration) {
  return show(static_cast<uint64_t>(duration.count()), durations);
}

}  // namespace wharf::config
