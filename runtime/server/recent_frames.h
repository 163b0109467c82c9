// The last few messages as frames. What a group hears is the same message for one member after another: so it
// is framed, and found to be UTF-8, once for many of them, and compared for the others, which costs a tenth.
#pragma once

#include <wharf/consumer.h>

#include <array>
#include <string>
#include <string_view>

namespace wharf::server {

// [worker]
class RecentFrames {
 public:
  // Longer messages are not worth the copy.
  static constexpr size_t longest = 1024;

  RecentFrames();
  // The frame of a message of at most `longest` bytes; nothing for a text that is not UTF-8. Good until the
  // next call.
  std::string_view of(wharf_kind kind, std::string_view message) {
    for (const Recent& recent : recent_) {
      if (recent.message() == message && recent.kind == kind) return recent.frame;
    }
    return make(kind, message);
  }

 private:
  struct Recent {
    std::string frame;
    size_t header = 0;
    wharf_kind kind = WHARF_TEXT;

    std::string_view message() const { return {frame.data() + header, frame.size() - header}; }
  };

  std::string_view make(wharf_kind kind, std::string_view message);

  // The message consumer sends two in turn to each member.
  std::array<Recent, 2> recent_;
  size_t oldest_ = 0;
};

}  // namespace wharf::server
