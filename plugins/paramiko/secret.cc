#include "secret.h"

#include <string.h>  // explicit_bzero

#include <algorithm>
#include <utility>

namespace wharf_paramiko {

Secret::Secret(std::string_view text) { append(text); }

Secret Secret::take(std::string& source) {
  Secret secret(source);
  wipe(source);
  return secret;
}

Secret::Secret(Secret&& other) noexcept
    : bytes_(std::move(other.bytes_)),
      size_(std::exchange(other.size_, 0)),
      capacity_(std::exchange(other.capacity_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this == &other) return *this;
  clear();
  bytes_ = std::move(other.bytes_);
  size_ = std::exchange(other.size_, 0);
  capacity_ = std::exchange(other.capacity_, 0);
  return *this;
}

void Secret::append(std::string_view text) {
  if (text.empty()) return;
  reserve(size_ + text.size());
  std::copy(text.begin(), text.end(), bytes_.get() + size_);
  size_ += text.size();
  bytes_[size_] = '\0';
}

void Secret::remove_last() {
  if (size_ > 0) bytes_[--size_] = '\0';
}

void Secret::clear() {
  if (bytes_) explicit_bzero(bytes_.get(), capacity_);
  bytes_.reset();
  size_ = 0;
  capacity_ = 0;
}

void Secret::reserve(size_t size) {
  if (size + 1 <= capacity_) return;
  const size_t capacity = std::max(size + 1, 2 * capacity_);
  auto larger = std::make_unique<char[]>(capacity);
  std::copy_n(c_str(), size_, larger.get());
  if (bytes_) explicit_bzero(bytes_.get(), capacity_);
  bytes_ = std::move(larger);
  capacity_ = capacity;
}

void wipe(std::string& text) {
  text.resize(text.capacity());
  explicit_bzero(text.data(), text.size());
  text.clear();
}

}  // namespace wharf_paramiko
