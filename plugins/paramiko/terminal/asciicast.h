// SPDX-License-Identifier: MIT
//
// The recording of a terminal in the format asciicast v2: a header and one line for each event.
#pragma once

#include <tl/expected.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "terminal/utf8_stream.h"

namespace wharf_paramiko::terminal {

struct CastHeader {
  uint32_t width = 80;
  uint32_t height = 24;
  std::chrono::system_clock::time_point began;
  std::string title;
  std::map<std::string, std::string> env;  // TERM, SHELL
};

enum class CastKind : char { Output = 'o', Input = 'i', Resize = 'r', Marker = 'm' };

// [any-thread] The lines, each with its line break. `text` is UTF-8.
std::string cast_header(const CastHeader& header);
std::string cast_event(std::chrono::microseconds at, CastKind kind, std::string_view text);

// The file, or the files one after the other: one that would grow beyond its size is ended, and the next
// begins with a header of its own, its time at 0. Used by one thread at a time; everything blocks on the
// disk.
class CastFiles {
 public:
  struct Place {
    std::filesystem::path directory;
    std::string stem;       // "STEM.cast", then "STEM.2.cast", ...
    uint64_t max_size = 0;  // bytes; 0: no limit
  };

  CastFiles(Place place, CastHeader header);
  ~CastFiles();  // closes; what fails then is not told
  CastFiles(const CastFiles&) = delete;
  CastFiles& operator=(const CastFiles&) = delete;

  // [pool] Creates the first file; otherwise the first write() does.
  tl::expected<void, std::string> begin();
  // [pool] `at` is the time since the header's. Bytes of output and input are cut anywhere; what is written
  // is whole characters. A resize is "COLSxROWS", and is also what a next file begins with. Errors name the
  // file and the reason.
  tl::expected<void, std::string> write(std::chrono::microseconds at, CastKind kind, std::string_view bytes);
  // [pool] Hands what is buffered to the kernel.
  tl::expected<void, std::string> flush();
  // [pool] Completes the file, and waits until the disk has it.
  tl::expected<void, std::string> close();

  std::filesystem::path path() const;  // of the current file

 private:
  tl::expected<void, std::string> open_next(std::chrono::microseconds at);
  tl::expected<void, std::string> put_rest();
  tl::expected<void, std::string> end_file();
  tl::expected<void, std::string> put(std::chrono::microseconds at, CastKind kind, std::string_view text);
  tl::expected<void, std::string> failure(std::string_view doing) const;

  Place place_;
  CastHeader header_;
  Utf8Stream output_;
  Utf8Stream input_;
  std::string buffer_;
  std::chrono::microseconds began_{0};
  std::chrono::microseconds last_{0};
  uint64_t size_ = 0;
  unsigned number_ = 0;
  int file_ = -1;
};

}  // namespace wharf_paramiko::terminal
