// A file of one line per callback, so that a test can count them.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <stdexcept>
#include <string>

// One write(2) per line, appended: several workers and processes may share the file.
class Journal {
 public:
  Journal() = default;  // writes nowhere
  explicit Journal(const std::string& path)
      : descriptor_(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600)) {
    if (descriptor_ < 0)
      throw std::runtime_error("cannot open " + path + ": give a path in a writable folder");
  }
  Journal(Journal&& other) noexcept : descriptor_(other.descriptor_) { other.descriptor_ = -1; }
  Journal& operator=(Journal&&) = delete;
  ~Journal() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

  void write(std::string line) const {
    line += '\n';
    if (descriptor_ >= 0 && ::write(descriptor_, line.data(), line.size()) < 0)
      throw std::runtime_error("cannot write the journal");
  }

 private:
  int descriptor_ = -1;
};
