#include "server/recent_frames.h"

#include "server/frame.h"
#include "server/utf8.h"

namespace wharf::server {

RecentFrames::RecentFrames() {
  for (size_t i = 0; i < recent_.size(); ++i) make(WHARF_TEXT, {});
}

std::string_view RecentFrames::make(wharf_kind kind, std::string_view message) {
  if (kind == WHARF_TEXT && !is_utf8(message)) return {};
  Recent& made = recent_[oldest_];
  oldest_ = (oldest_ + 1) % recent_.size();
  std::array<uint8_t, max_frame_header> header{};
  made.kind = kind;
  made.header = write_frame_header(header.data(), opcode_of(kind), message.size());
  made.frame.assign(reinterpret_cast<const char*>(header.data()), made.header);
  made.frame += message;
  return made.frame;
}

}  // namespace wharf::server
