// SPDX-License-Identifier: MIT
//
// What the server says in the text frames of `ssh.v1`, and how each is written. docs/paramiko-protocol.md
// tells when. Texts may come from an SSH server: what is no UTF-8 in them is written as U+FFFD.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace wharf_paramiko::terminal {

namespace server {

// After the acceptance, before anything is asked.
struct Hello {
  struct Limits {
    uint64_t window = 0;                // output bytes that may be on the way
    uint64_t stdin_queue = 0;           // input bytes that may be on the way
    uint64_t message = 0;               // bytes of a text frame
    std::chrono::milliseconds idle{};   // 0: none
    std::chrono::milliseconds grace{};  // how long a session waits for its page; 0: not at all
    uint32_t transfers = 0;             // files that may be on their way; 0: none
  };
  std::vector<std::string> features;  // "resume", "share", "record", "sftp", ...
  Limits limits;
  bool choose = false;             // the page may name a target
  std::vector<std::string> needs;  // of "host", "user": what `connect` has to say
};

enum class HostKeyStatus { New, Changed, Revoked, Ok };

// Answered by `hostkey` when `ask`; else it only tells.
struct HostKey {
  HostKeyStatus status = HostKeyStatus::New;
  bool ask = false;
  std::string host;
  uint16_t port = 0;
  std::string algorithm;
  std::string fingerprint;         // "SHA256:..."
  std::vector<std::string> known;  // the fingerprints that were expected
};

struct Prompt {
  std::string text;
  bool echo = false;
};

// Answered by `auth`.
struct AuthRequest {
  std::vector<std::string> methods;  // "password", "publickey", "kbd", "agent"
  bool partial = false;              // the last answer was right, and more is wanted
  std::string user;
  std::string name;  // of keyboard-interactive, as `instruction` and `prompts` are
  std::string instruction;
  std::vector<Prompt> prompts;
  uint32_t left = 0;   // attempts, this one included
  std::string reason;  // what was wrong with the last answer; "" at first
};

// The terminal is there. Output follows.
struct Ready {
  std::string id;       // of the session
  std::string token;    // for the next `resume`; "" when the session ends with its socket
  uint64_t offset = 0;  // of the first output byte that follows
  std::string banner;
  std::string kex;
  std::string cipher;
  std::string host_key;
  bool read_only = false;
  bool recorded = false;
};

// Before output that does not go on where the last one ended.
struct Replay {
  uint64_t from = 0;       // the offset of the next output byte
  bool truncated = false;  // bytes are missing: reset the terminal first
};

// How the remote command ended: a status or a signal.
struct Exit {
  std::optional<uint32_t> status;
  std::string signal;
  std::chrono::milliseconds lasted{};
  uint64_t bytes = 0;  // of output
};

struct Error {
  std::string code;  // "E_AUTH", ...
  std::string message;
  bool retry = false;  // the same again may work
};

struct Pong {
  uint64_t id = 0;
  std::optional<std::chrono::microseconds> ssh;  // to the SSH server and back
};

struct Viewer {
  std::string id;
  std::string name;
  bool writable = false;
};
struct Viewers {
  std::vector<Viewer> viewers;
};

struct Idle {
  std::chrono::seconds in{};  // until the session ends; 0: it does not end soon, as was said before
  bool fixed = false;         // input does not put that off
};

// The owner's size, for viewers.
struct SizeIs {
  uint32_t cols = 0;
  uint32_t rows = 0;
};

struct Shared {
  std::string token;
  bool writable = false;
  std::chrono::seconds ttl{0};
};

// Input bytes taken from the page, counted from the beginning of this socket.
struct InputAck {
  uint64_t n = 0;
};

struct FileEntry {
  std::string name;
  char type = 'f';  // f file, d directory, l link, o other
  uint64_t size = 0;
  int64_t modified = 0;  // seconds since 1970
  uint32_t mode = 0;     // permission bits
};
struct SftpAnswer {
  struct Entries {
    std::vector<FileEntry> entries;
    bool more = false;       // another answer of the same id follows
    bool truncated = false;  // none does, though there is more
  };
  struct Token {
    std::string token;  // for one `transfer`
    std::optional<uint64_t> size{};
    std::optional<int64_t> modified{};  // seconds since 1970
  };
  struct Done {};
  uint64_t id = 0;
  std::variant<Done, Entries, Token, Error> what;
};

}  // namespace server

// [any-thread] The text frame.
std::string compose(const server::Hello& hello);
std::string compose(const server::HostKey& key);
std::string compose(const server::AuthRequest& request);
std::string compose(const server::Ready& ready);
std::string compose(const server::Replay& replay);
std::string compose(const server::Exit& exit);
std::string compose(const server::Error& error);
std::string compose(const server::Pong& pong);
std::string compose(const server::Viewers& viewers);
std::string compose(const server::Idle& idle);
std::string compose(const server::SizeIs& size);
std::string compose(const server::Shared& shared);
std::string compose(const server::InputAck& ack);
std::string compose(const server::SftpAnswer& answer);

// [any-thread] The close code that follows an error: 4401 for "E_AUTH", ...; 1011 for a code that is not
// listed.
uint16_t close_code(std::string_view error_code);

}  // namespace wharf_paramiko::terminal
