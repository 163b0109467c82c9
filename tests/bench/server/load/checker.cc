#include "checker.h"

#include <algorithm>

#include "failure.h"

namespace load {
namespace {

void same(std::string_view expected, std::string_view found, std::size_t answer) {
  if (expected == found) return;
  const auto wrong = std::mismatch(expected.begin(), expected.end(), found.begin()).first - expected.begin();
  const auto from = static_cast<std::size_t>(wrong) > 8 ? static_cast<std::size_t>(wrong) - 8 : 0;
  throw Failure("lost, doubled, out of order or garbled, after " + std::to_string(answer) + " answers: \"" +
                std::string(found.substr(from, 32)) + "\" instead of \"" +
                std::string(expected.substr(from, 32)) + "\"");
}

}  // namespace

std::size_t Checker::take(const Frames& frames, Stamps& stamps, std::string_view bytes) {
  if (joined_) return compare(frames, stamps, bytes);
  early_ += bytes;
  if (early_.size() < frames.number_end()) return 0;
  first_ = frames.number_of(early_);
  joined_ = true;
  std::string early;
  early.swap(early_);
  return compare(frames, stamps, early);
}

std::size_t Checker::compare(const Frames& frames, Stamps& stamps, std::string_view bytes) {
  const std::size_t before = answer_;
  const std::size_t stamp = frames.stamp_at();
  const std::size_t stamp_end = std::min(stamp + stamp_mark.size(), frames.answer_size());
  while (!bytes.empty()) {
    const std::size_t begin = (first_ + answer_) % frames.count() * frames.answer_size();
    const std::string_view expected = frames.answers().substr(begin, frames.answer_size());
    const bool in_stamp = at_ >= stamp && at_ < stamp_end;
    const std::size_t part_end = at_ < stamp ? stamp : in_stamp ? stamp_end : frames.answer_size();
    const std::string_view part = bytes.substr(0, part_end - at_);
    if (!in_stamp) {
      same(expected.substr(at_, part.size()), part, answer_);
    } else if (part.size() == stamp_mark.size()) {
      stamps.check(part);
    } else {
      Stamps::check_part(part, at_ - stamp);
    }
    at_ += part.size();
    bytes.remove_prefix(part.size());
    if (at_ == frames.answer_size()) {
      at_ = 0;
      ++answer_;
    }
  }
  return answer_ - before;
}

}  // namespace load
