// SPDX-License-Identifier: MIT
//
// A password, a passphrase, a private key, a token or the answer to a prompt: it moves, it is never copied,
// and its bytes are gone when it goes. It has no operator<< and no formatter, so that none can end in a log.
#pragma once

#include <string.h>

#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>

namespace wharf_paramiko {

class Secret {
 public:
  Secret() = default;
  // Copies `text`, which stays its owner's to wipe.
  explicit Secret(std::string_view text)
      : bytes_(std::make_unique<char[]>(text.size() + 1)), size_(text.size()) {
    text.copy(bytes_.get(), text.size());
  }
  Secret(Secret&& other) noexcept : bytes_(std::move(other.bytes_)), size_(std::exchange(other.size_, 0)) {}
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      wipe();
      bytes_ = std::move(other.bytes_);
      size_ = std::exchange(other.size_, 0);
    }
    return *this;
  }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret() { wipe(); }

  // Followed by a zero byte that the size does not count, unless the secret is empty.
  std::string_view view() const { return {bytes_.get(), size_}; }
  bool empty() const { return size_ == 0; }

 private:
  void wipe() {
    if (bytes_ != nullptr) explicit_bzero(bytes_.get(), size_);
  }

  std::unique_ptr<char[]> bytes_;
  size_t size_ = 0;
};

}  // namespace wharf_paramiko
