#include "auth/django/inflate.h"

#include <zlib.h>

#include <algorithm>
#include <array>

namespace wharf::auth::django {

std::optional<std::string> inflate(std::string_view bytes, size_t most) {
  z_stream stream{};
  if (inflateInit(&stream) != Z_OK) return std::nullopt;
  // zlib does not write what it reads.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(std::min<size_t>(bytes.size(), size_t{1} << 30));
  std::string text;
  std::array<char, 16 << 10> piece;
  int result = Z_OK;
  while (result == Z_OK && text.size() <= most) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    result = ::inflate(&stream, Z_NO_FLUSH);
    text.append(piece.data(), piece.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  if (result != Z_STREAM_END || text.size() > most) return std::nullopt;
  return text;
}

}  // namespace wharf::auth::django
