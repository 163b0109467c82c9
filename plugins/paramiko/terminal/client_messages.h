// SPDX-License-Identifier: MIT
//
// What a page says in the text frames of `ssh.v1`. docs/paramiko-protocol.md tells when; this is what may be
// in them.
//
// Fields that nobody knows are ignored, so that a newer page can say more. A field that is null is none. What
// is wrong otherwise is refused with a sentence that names the message and the field, and never shows a
// value.
#pragma once

#include <tl/expected.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "secret.h"

namespace wharf_paramiko::terminal {

constexpr size_t largest_frame = 64 << 10;  // bytes of a whole text frame
constexpr size_t largest_key = 32 << 10;    // of a private key, and of a certificate
constexpr size_t largest_answer = 1 << 10;  // of a password, a passphrase or an answer to a prompt
constexpr size_t most_answers = 16;
constexpr size_t most_env = 32;

// In characters and, where the page knows them, in pixels (else 0). Columns and rows are 1 to 1000: an
// integer outside is clamped, as a page that is being folded away measures nonsense.
struct Size {
  uint32_t cols = 80;
  uint32_t rows = 24;
  uint32_t px = 0;
  uint32_t py = 0;
  bool operator==(const Size&) const = default;
};

// Clamps to what Size says. Also for ?cols=&rows= of plain mode.
Size clamped(int64_t cols, int64_t rows, int64_t px = 0, int64_t py = 0);

namespace client {

struct Resume {
  std::string id;
  Secret token;
  uint64_t got = 0;  // output bytes that the page has, counted from the beginning of the session
};

// The first message. At most one of `resume` and `join` is there, and the target counts only without them.
struct Connect {
  std::string host;  // "" for the route's own
  uint16_t port = 0;
  std::string user;
  std::string term;
  Size size;
  std::vector<std::pair<std::string, std::string>> env;
  std::optional<Resume> resume;
  std::optional<Secret> join;  // the token of a shared session
  bool record = false;
  bool low_latency = false;
};

struct Password {
  Secret password;
};
struct PublicKey {
  Secret key;  // the text of the key file
  std::optional<Secret> passphrase;
  std::string certificate;
};
struct Answers {
  std::vector<Secret> answers;
};
struct Agent {};
struct Auth {
  std::variant<Password, PublicKey, Answers, Agent> how;
};

struct HostKey {
  bool accept = false;
  bool remember = false;
  std::string fingerprint;  // the one that the page has shown
};

struct Resize {
  Size size;
};
struct Ack {
  uint64_t n = 0;  // output bytes that the page has taken in, counted from the beginning of the session
};
struct Eof {};
struct Signal {
  std::string name;  // RFC 4254, 6.10: "INT", "TERM", ...
};
struct Ping {
  uint64_t id = 0;
};
struct Detach {};
struct Close {};

struct Share {
  bool writable = false;
  std::chrono::seconds ttl{0};  // 0: as long as the session; at most a day
};
struct Kick {
  std::string viewer;
};

struct Sftp {
  enum class Op { List, Stat, Get, Put, Mkdir, Rename, Remove };
  Op op = Op::List;
  uint64_t id = 0;  // comes back with the answer
  std::string path;
  std::string to;                // of a rename
  uint64_t offset = 0;           // where get and put begin
  std::optional<uint64_t> size;  // of what will be put, when the page knows it
};

// The first message of a socket that carries one file, instead of Connect.
struct Transfer {
  Secret token;
};

}  // namespace client

using ClientMessage =
    std::variant<client::Connect, client::Auth, client::HostKey, client::Resize, client::Ack, client::Eof,
                 client::Signal, client::Ping, client::Detach, client::Close, client::Share, client::Kick,
                 client::Sftp, client::Transfer>;

// Why a frame is no message: close with 4400 and this text, which fits a Close frame.
struct BadMessage {
  std::string why;
};

// [any-thread] Decodes `frame` where it stands, and leaves only zeros there: with the message gone, no copy
// of a password is left.
tl::expected<ClientMessage, BadMessage> parse_client_message(std::span<char> frame);

// [any-thread] The same for a frame that is borrowed: a copy is decoded and wiped, the frame is its owner's
// to wipe.
tl::expected<ClientMessage, BadMessage> parse_client_message(std::string_view frame);

}  // namespace wharf_paramiko::terminal
