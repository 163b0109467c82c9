// SPDX-License-Identifier: MIT
//
// The `config:` of a route, read once and checked whole. The defaults stand here.
#pragma once

#include <tl/expected.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "secret.h"
#include "terminal/target_rule.h"

namespace wharf_paramiko::terminal {

using std::chrono::milliseconds;

struct RouteConfig {
  // A duration of 0 is none, a number of 0 no limit, an empty text nothing, unless it says otherwise.
  struct Target {
    std::string host = "127.0.0.1";
    uint16_t port = 22;
    std::string user;  // "": the page or the prompt has to say
  };

  enum class Method { PublicKey, KeyboardInteractive, Password, Agent };
  struct Auth {
    std::vector<Method> methods = {Method::PublicKey, Method::KeyboardInteractive, Method::Password};
    // From `password`, `password_env` or `password_file`, and so on; nothing when the visitor has to know.
    std::optional<Secret> password;
    std::optional<Secret> key;
    std::optional<Secret> passphrase;
    std::string certificate;   // the text of `cert_file`
    std::string agent_socket;  // absolute
    bool prompt = true;        // what the route does not know may be asked
    uint32_t max_attempts = 3;
  };

  enum class HostKeys { Strict, Tofu, Ask, Pinned, Off };
  struct KnownHosts {
    HostKeys policy = HostKeys::Strict;
    std::vector<std::string> files = {
        "/etc/ssh/ssh_known_hosts"};  // absolute; what is learnt goes into the last
    std::vector<std::string> pin;     // "SHA256:..."
  };

  struct Jump {
    std::string host;  // "": none
    uint16_t port = 22;
    std::string user;
    std::optional<Secret> key;
    std::optional<Secret> passphrase;
    std::optional<Secret> password;
  };

  // Comma-separated names, as libssh2 takes them; "": the defaults.
  struct Algorithms {
    std::string kex;
    std::string hostkey;
    std::string cipher;
    std::string mac;
  };

  struct Pty {
    std::string term = "xterm-256color";
    uint32_t cols = 80;
    uint32_t rows = 24;
    std::map<std::string, std::string> env = {{"LANG", "C.UTF-8"}};
    std::string command;  // "": the login shell
  };

  struct Timeouts {
    milliseconds resolve{5'000};
    milliseconds connect{10'000};
    milliseconds handshake{10'000};
    milliseconds auth{120'000};
    milliseconds idle{1'800'000};  // without input
    milliseconds session{0};
    milliseconds tcp_user{30'000};
  };

  struct Keepalive {
    milliseconds ssh{15'000};
  };

  struct Flow {
    uint64_t ssh_window = 256 << 10;
    uint64_t client_window = 512 << 10;
    uint64_t stdin_queue = 1 << 20;
    uint64_t plain_rate = 4 << 20;  // bytes a second
    milliseconds coalesce{2};
  };

  struct Resume {
    bool enabled = true;
    milliseconds grace{120'000};
    uint64_t buffer = 512 << 10;  // at least as large as flow.client_window
    uint32_t max_detached = 100;
  };

  struct Share {
    bool enabled = false;
    uint32_t max_viewers = 10;
    bool allow_rw = false;
  };

  struct Recording {
    std::string dir;  // absolute; "": no recording
    bool input = false;
    bool required = false;
    uint64_t max_size = 100 << 20;
  };

  struct Sftp {
    bool enabled = false;
    std::string root;  // "": all that the account may see
    bool upload = true;
    bool download = true;
    uint64_t max_file = 1 << 30;
    uint32_t max_parallel = 2;
  };

  struct Limits {
    uint32_t sessions = 500;
    uint32_t per_ip = 20;
    uint32_t per_user = 10;
    uint32_t auth_per_minute = 10;
  };

  struct Audit {
    std::string log;  // absolute; "": the log of the server
    std::vector<std::string> events = {"connect", "auth", "hostkey", "resize", "share", "join",   "leave",
                                       "kick",    "sftp", "detach",  "resume", "exit",  "failed", "end"};
  };

  enum class Clipboard { Never, Ask, Always };

  Target target;
  std::vector<TargetRule> allow;  // never empty: without the key, the target alone
  // Networks, whatever the port; nothing without the key, which means the usual ones: link-local addresses
  // and those where clouds keep credentials.
  std::optional<std::vector<TargetRule>> deny;
  bool allow_client_target = false;
  bool plain = true;  // `modes`
  bool ssh_v1 = true;
  Auth auth;
  KnownHosts known_hosts;
  Jump jump;
  Algorithms algorithms;
  Pty pty;
  Timeouts timeouts;
  Keepalive keepalive;
  Flow flow;
  Resume resume;
  Share share;
  Recording recording;
  Sftp sftp;
  Limits limits;
  std::vector<std::string> origins = {"same"};  // "same", "any", or "https://host[:port]"
  Audit audit;
  Clipboard osc52_write = Clipboard::Ask;
};

// One place of the config, as a JSON pointer, and what is wrong there or could be: for wharf::Refuse, and for
// the log.
struct ConfigProblem {
  std::string pointer;
  std::string why;
};

struct CheckedConfig {
  RouteConfig config;
  std::vector<ConfigProblem> warnings;
};

// [loader] `json` is an object, as the host hands it over. Reads the files and variables that secrets come
// from, so that a missing one is found before anybody connects. All problems, or the config. No text of them
// shows a secret.
tl::expected<CheckedConfig, std::vector<ConfigProblem>> parse_config(std::string_view json);

}  // namespace wharf_paramiko::terminal
