// A password, a passphrase, a private key or an answer to a prompt. It lives in one block of the heap, which
// is wiped before it is freed; moving it moves the block, so no copy is left behind. It cannot be copied,
// printed or formatted.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace wharf_paramiko {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string_view text);
  // Takes the text out of `source` and wipes all of its buffer.
  static Secret take(std::string& source);

  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret() { clear(); }

  // Growing wipes the block that was outgrown.
  void append(std::string_view text);
  void remove_last();  // one byte, wiped; harmless when empty
  void clear();

  // Both end with the next change. c_str() ends in a 0 that size() does not count.
  std::string_view view() const { return {c_str(), size_}; }
  const char* c_str() const { return bytes_ ? bytes_.get() : ""; }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

 private:
  void reserve(size_t size);

  std::unique_ptr<char[]> bytes_;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

// Overwrites the whole buffer of a string, the part beyond size() included, and empties it.
void wipe(std::string& text);

}  // namespace wharf_paramiko
