// SPDX-License-Identifier: MIT
#include "terminal/asciicast.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace wharf_paramiko::terminal {

namespace {

using Json = nlohmann::ordered_json;

constexpr size_t buffered = 64 << 10;
// What one event says at most. A control character takes six bytes of JSON, and the smallest file that a
// config allows has 64 KiB.
constexpr size_t a_piece = 8 << 10;

// At most `a_piece` bytes of it, and whole characters.
std::string_view piece_of(std::string_view text) {
  size_t size = std::min(a_piece, text.size());
  while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) --size;
  return text.substr(0, size);
}

std::string line(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string cast_header(const CastHeader& header) {
  Json object = {{"version", 2},
                 {"width", header.width},
                 {"height", header.height},
                 {"timestamp",
                  std::chrono::duration_cast<std::chrono::seconds>(header.began.time_since_epoch()).count()}};
  if (!header.title.empty()) object["title"] = header.title;
  if (!header.env.empty()) object["env"] = header.env;
  return line(object);
}

std::string cast_event(std::chrono::microseconds at, CastKind kind, std::string_view text) {
  return fmt::format("[{}.{:06}, \"{}\", {}]\n", at.count() / 1'000'000, at.count() % 1'000'000,
                     static_cast<char>(kind),
                     Json(text).dump(-1, ' ', false, Json::error_handler_t::replace));
}

CastFiles::CastFiles(Place place, CastHeader header) : place_(std::move(place)), header_(std::move(header)) {}

CastFiles::~CastFiles() { static_cast<void>(close()); }

std::filesystem::path CastFiles::path() const {
  std::string number = number_ > 1 ? fmt::format(".{}", number_) : "";
  return place_.directory / fmt::format("{}{}.cast", place_.stem, number);
}

tl::expected<void, std::string> CastFiles::failure(std::string_view doing) const {
  return tl::make_unexpected(fmt::format("cannot {} {}: {}", doing, path().string(), std::strerror(errno)));
}

tl::expected<void, std::string> CastFiles::begin() {
  if (tl::expected<void, std::string> opened = open_next(last_); !opened) return opened;
  return flush();
}

tl::expected<void, std::string> CastFiles::write(std::chrono::microseconds at, CastKind kind,
                                                 std::string_view bytes) {
  last_ = at;
  std::string text;
  switch (kind) {
    case CastKind::Output:
      output_.decode(bytes, text);
      break;
    case CastKind::Input:
      input_.decode(bytes, text);
      break;
    case CastKind::Resize:
    case CastKind::Marker:
      text = bytes;
      break;
  }
  tl::expected<void, std::string> done;
  for (std::string_view rest = text; done && !rest.empty();) {
    const std::string_view piece = piece_of(rest);
    done = put(at, kind, piece);
    rest.remove_prefix(piece.size());
  }
  return done;
}

tl::expected<void, std::string> CastFiles::put(std::chrono::microseconds at, CastKind kind,
                                               std::string_view text) {
  std::string event = cast_event(at - began_, kind, text);
  bool is_full = file_ >= 0 && place_.max_size != 0 && size_ + event.size() > place_.max_size;
  if (file_ < 0 || is_full) {
    if (tl::expected<void, std::string> opened = open_next(at); !opened) return opened;
    event = cast_event(at - began_, kind, text);
  }
  if (kind == CastKind::Resize) {
    size_t cross = text.find('x');
    header_.width =
        static_cast<uint32_t>(std::strtoul(std::string(text.substr(0, cross)).c_str(), nullptr, 10));
    header_.height =
        static_cast<uint32_t>(std::strtoul(std::string(text.substr(cross + 1)).c_str(), nullptr, 10));
  }
  buffer_ += event;
  size_ += event.size();
  if (buffer_.size() < buffered) return {};
  return flush();
}

// The one before it is ended first.
tl::expected<void, std::string> CastFiles::open_next(std::chrono::microseconds at) {
  if (file_ >= 0) {
    tl::expected<void, std::string> ended = end_file();
    if (!ended) return ended;
    header_.began += std::chrono::duration_cast<std::chrono::system_clock::duration>(at - began_);
    began_ = at;
  }
  ++number_;
  file_ = ::open(path().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (file_ < 0) return failure("create the recording");
  buffer_ = cast_header(header_);
  size_ = buffer_.size();
  return {};
}

tl::expected<void, std::string> CastFiles::flush() {
  size_t written = 0;
  while (written < buffer_.size()) {
    ssize_t some = ::write(file_, buffer_.data() + written, buffer_.size() - written);
    if (some < 0 && errno == EINTR) continue;
    if (some < 0) {
      tl::expected<void, std::string> failed = failure("write the recording");
      buffer_.erase(0, written);
      return failed;
    }
    written += static_cast<size_t>(some);
  }
  buffer_.clear();
  return {};
}

tl::expected<void, std::string> CastFiles::end_file() {
  tl::expected<void, std::string> flushed = flush();
  bool synced = ::fsync(file_) == 0;
  tl::expected<void, std::string> ended =
      synced ? tl::expected<void, std::string>() : failure("write the recording");
  ::close(file_);
  file_ = -1;
  return flushed ? ended : flushed;
}

tl::expected<void, std::string> CastFiles::put_rest() {
  for (auto [stream, kind] : {std::pair(&output_, CastKind::Output), std::pair(&input_, CastKind::Input)}) {
    std::string text;
    stream->finish(text);
    if (text.empty()) continue;
    if (tl::expected<void, std::string> written = put(last_, kind, text); !written) return written;
  }
  return {};
}

tl::expected<void, std::string> CastFiles::close() {
  if (file_ < 0) return {};
  tl::expected<void, std::string> rest = put_rest();
  tl::expected<void, std::string> ended = file_ < 0 ? tl::expected<void, std::string>() : end_file();
  return rest ? ended : rest;
}

}  // namespace wharf_paramiko::terminal
