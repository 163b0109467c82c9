// A real sshd, and files for it, in a temporary directory.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace wharf_paramiko::ssh {

class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  std::string path(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

// Starts a program, and ends it by SIGTERM.
class Process {
 public:
  explicit Process(const std::vector<std::string>& command);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  // Waits for it; its exit code.
  int wait();

 private:
  pid_t pid_;
};

// Whether the command ended with 0.
bool run(const std::vector<std::string>& command);

std::string read_file(const std::string& path);
void write_file(const std::string& path, const std::string& text);

class Sshd {
 public:
  // `key_type` is that of the host.
  explicit Sshd(const std::string& key_type = "ed25519");

  uint16_t port() const { return port_; }
  const std::string& user() const { return user_; }
  // Whether there are users with passwords: that takes root.
  bool has_passwords() const { return passwords_; }
  std::string path(const std::string& name) const { return directory_.path(name); }
  // `[127.0.0.1]:port type key`, as known_hosts has it, without the end of the line.
  std::string known_line() const;
  std::string log() const { return read_file(path("log")); }
  // Makes a key of a user, which may log in. Its path.
  std::string make_key(const std::string& type, const std::string& passphrase = "",
                       const std::vector<std::string>& more = {});

 private:
  TemporaryDirectory directory_;
  uint16_t port_;
  std::string user_;
  bool passwords_;
  unsigned keys_ = 0;
  Process process_;
};

}  // namespace wharf_paramiko::ssh
