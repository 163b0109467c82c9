// All that a session is told in advance.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "target_policy.h"

namespace wharf_paramiko::ssh {

struct HostKeyRules {
  enum class Policy {
    Strict,  // the files decide
    Ask,     // the owner decides about hosts that no file knows
    Tofu,    // trust on first use: a host that no file knows is written down and accepted
    Pinned,  // `pins` decide
  };
  Policy policy = Policy::Strict;
  // known_hosts files, all of which are read, also for what they revoke. One that is not there is empty; one
  // that cannot be read refuses every host. New hosts go to the first that can be written.
  std::vector<std::string> files;
  std::vector<std::string> pins;  // fingerprints, `SHA256:…`
};

// Comma-separated lists in order of preference; an empty one stands for what is sound. `host_key` is put in
// the order of what the files know of the host.
struct Algorithms {
  std::string kex, host_key, cipher, mac;
};

struct Size {
  int columns = 80, rows = 24;
  int width = 0, height = 0;  // pixels, 0 unknown
  bool operator==(const Size&) const = default;
};

struct Terminal {
  bool wanted = true;  // false: no shell at all, for sessions that serve SFTP or as a jump host
  std::string term = "xterm-256color";
  Size size;
  std::vector<std::pair<std::string, std::string>> env;  // the server may ignore each of them
  std::string command;                                   // empty: the user's shell
};

struct Timeouts {
  std::chrono::milliseconds resolve{5'000};
  std::chrono::milliseconds connect{10'000};    // all addresses together
  std::chrono::milliseconds handshake{10'000};  // until the server's host key is there
  std::chrono::milliseconds auth{
      120'000};  // all attempts and a human's time together, the host key's included
  std::chrono::milliseconds open{15'000};      // from authentication until the shell runs
  std::chrono::milliseconds tcp_user{30'000};  // until bytes that nobody acknowledges end the connection
};

struct Settings {
  std::string host;
  uint16_t port = 22;
  std::string user;
  TargetPolicy targets;
  HostKeyRules host_keys;
  Algorithms algorithms;
  Terminal terminal;
  Timeouts timeouts;
  std::vector<std::string> methods{"publickey", "keyboard-interactive", "password"};
  unsigned max_attempts =
      3;                     // a server of OpenSSH's defaults ends it after six, and counts each list as well
  std::string agent_socket;  // path; empty: no agent
  std::chrono::seconds keepalive{15};
  size_t window = 256 << 10;     // bytes of output that may be under way
  size_t stdin_queue = 1 << 20;  // bytes of input that may wait
  size_t memory = 8 << 20;       // bytes of libssh2, all channels together
  int send_buffer = 0;           // SO_SNDBUF; 0 leaves it to the kernel
};

}  // namespace wharf_paramiko::ssh
