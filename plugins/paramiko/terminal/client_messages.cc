// SPDX-License-Identifier: MIT
#include "terminal/client_messages.h"

#include <fmt/format.h>
#include <string.h>

#include <algorithm>
#include <array>
#include <limits>

#include "terminal/json_frame.h"
#include "terminal/printable.h"

namespace wharf_paramiko::terminal {

namespace {

using Kind = JsonValue::Kind;

constexpr size_t deepest = 4;
constexpr uint64_t largest_number = (1ull << 53) - 1;  // what JavaScript counts exactly
constexpr size_t longest_reason = 120;                 // bytes in a Close frame are 123

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

bool is_name_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

// The fields of one message. The first problem stays; what is read after it is not used.
class Fields {
 public:
  Fields(const JsonValue& object, std::string where) : object_(object), where_(std::move(where)) {}

  const JsonValue* find(std::string_view key, Kind kind) {
    const JsonValue* value = object_.find(key);
    if (value == nullptr) return nullptr;
    if (value->kind == kind) return value;
    fail(key, fmt::format("is {}, write {}", name_of(value->kind), name_of(kind)));
    return nullptr;
  }

  // "" when it is not there.
  std::string_view bytes(std::string_view key, size_t most) {
    const JsonValue* value = find(key, Kind::Text);
    if (value == nullptr) return {};
    if (value->text.size() > most) fail(key, fmt::format("has more than {} bytes", most));
    return value->text;
  }
  // The same without control characters.
  std::string text(std::string_view key, size_t most) {
    std::string_view value = bytes(key, most);
    if (has_control(value)) fail(key, "has a control character");
    return std::string(value);
  }
  std::string needed_text(std::string_view key, size_t most) {
    std::string value = text(key, most);
    if (value.empty()) fail(key, "is missing");
    return value;
  }

  std::optional<Secret> secret(std::string_view key, size_t most) {
    if (find(key, Kind::Text) == nullptr) return std::nullopt;
    return Secret(bytes(key, most));
  }
  Secret needed_secret(std::string_view key, size_t most) {
    std::optional<Secret> value = secret(key, most);
    if (!value) fail(key, "is missing");
    return value ? std::move(*value) : Secret();
  }

  bool flag(std::string_view key) {
    const JsonValue* value = find(key, Kind::Boolean);
    return value != nullptr && value->boolean;
  }
  bool needed_flag(std::string_view key) {
    if (object_.find(key) == nullptr) fail(key, "is missing");
    return flag(key);
  }

  std::optional<uint64_t> number(std::string_view key, uint64_t most) {
    const JsonValue* value = find(key, Kind::Integer);
    if (value == nullptr) return std::nullopt;
    if (value->integer < 0 || static_cast<uint64_t>(value->integer) > most) {
      fail(key, fmt::format("is not between 0 and {}", most));
      return std::nullopt;
    }
    return static_cast<uint64_t>(value->integer);
  }
  uint64_t needed_number(std::string_view key, uint64_t most) {
    std::optional<uint64_t> value = number(key, most);
    if (!value) fail(key, "is missing");
    return value.value_or(0);
  }
  int64_t any_number(std::string_view key, int64_t otherwise) {
    const JsonValue* value = find(key, Kind::Integer);
    return value != nullptr ? value->integer : otherwise;
  }

  template <class Value, size_t Count>
  Value word(std::string_view key, const std::array<std::pair<std::string_view, Value>, Count>& words) {
    std::string given = needed_text(key, 64);
    for (const auto& [word, value] : words) {
      if (word == given) return value;
    }
    std::string all;
    for (const auto& [word, value] : words) all += fmt::format("{}{}", all.empty() ? "" : ", ", word);
    fail(key, "is none of " + all);
    return words.front().second;
  }

  Fields inner(const JsonValue& object, std::string_view key) const {
    return Fields(object, fmt::format("{}: {}", where_, key));
  }

  void fail(std::string_view key, std::string_view what) {
    if (problem_.empty()) problem_ = fmt::format("{}: `{}` {}", where_, key, what);
  }
  // Takes the problem of an inner object over.
  void adopt(const Fields& other) {
    if (problem_.empty()) problem_ = other.problem_;
  }
  const std::string& problem() const { return problem_; }

 private:
  const JsonValue& object_;
  std::string where_;
  std::string problem_;
};

Size size_of(Fields& fields, bool needed) {
  if (needed) {
    for (std::string_view key : {"cols", "rows"}) {
      if (fields.find(key, Kind::Integer) == nullptr) fields.fail(key, "is missing");
    }
  }
  const Size usual;
  return clamped(fields.any_number("cols", usual.cols), fields.any_number("rows", usual.rows),
                 fields.any_number("px", 0), fields.any_number("py", 0));
}

void read_env(Fields& fields, client::Connect& connect) {
  const JsonValue* env = fields.find("env", Kind::Object);
  if (env == nullptr) return;
  if (env->members.size() > most_env) fields.fail("env", fmt::format("has more than {} variables", most_env));
  for (const auto& [name, value] : env->members) {
    bool is_name =
        !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), is_name_character);
    if (!is_name) return fields.fail("env", "has a name that is none of a variable");
    if (value.kind != Kind::Text || value.text.size() > 1024 || has_control(value.text))
      return fields.fail("env",
                         "has a value that is no text of at most 1024 bytes without control characters");
    connect.env.emplace_back(name, value.text);
  }
}

void read_attachment(Fields& fields, client::Connect& connect) {
  if (const JsonValue* object = fields.find("resume", Kind::Object)) {
    Fields inner = fields.inner(*object, "resume");
    client::Resume& resume = connect.resume.emplace();
    resume.id = inner.needed_text("id", 64);
    resume.token = inner.needed_secret("token", 128);
    resume.got = inner.needed_number("got", largest_number);
    fields.adopt(inner);
  }
  if (const JsonValue* object = fields.find("join", Kind::Object)) {
    Fields inner = fields.inner(*object, "join");
    connect.join = inner.needed_secret("token", 128);
    fields.adopt(inner);
  }
  if (connect.resume && connect.join) fields.fail("join", "and `resume` exclude each other");
}

ClientMessage read_connect(Fields& fields) {
  client::Connect connect;
  connect.host = fields.text("host", 255);
  if (connect.host.find_first_of(" /@") != std::string::npos)
    fields.fail("host", "is no name and no address");
  connect.port = static_cast<uint16_t>(fields.number("port", 65535).value_or(0));
  connect.user = fields.text("user", 255);
  connect.term = fields.text("term", 64);
  connect.size = size_of(fields, false);
  read_env(fields, connect);
  read_attachment(fields, connect);
  if (const JsonValue* object = fields.find("want", Kind::Object)) {
    Fields inner = fields.inner(*object, "want");
    connect.record = inner.flag("record");
    connect.low_latency = inner.flag("lowlat");
    fields.adopt(inner);
  }
  return connect;
}

client::Answers read_answers(Fields& fields) {
  client::Answers answers;
  const JsonValue* list = fields.find("answers", Kind::List);
  if (list == nullptr) {
    fields.fail("answers", "is missing");
    return answers;
  }
  if (list->items.size() > most_answers)
    fields.fail("answers", fmt::format("has more than {} items", most_answers));
  for (const JsonValue& item : list->items) {
    bool fits = item.kind == Kind::Text && item.text.size() <= largest_answer;
    if (!fits)
      fields.fail("answers", fmt::format("has an item that is no text of at most {} bytes", largest_answer));
    answers.answers.emplace_back(item.text);
  }
  return answers;
}

ClientMessage read_auth(Fields& fields) {
  enum class Method { Password, PublicKey, Answers, Agent };
  static constexpr std::array<std::pair<std::string_view, Method>, 4> methods = {
      {{"password", Method::Password},
       {"publickey", Method::PublicKey},
       {"kbd", Method::Answers},
       {"agent", Method::Agent}}};
  switch (fields.word("method", methods)) {
    case Method::Password:
      return client::Auth{client::Password{fields.needed_secret("password", largest_answer)}};
    case Method::PublicKey: {
      client::PublicKey answer;
      answer.key = fields.needed_secret("key", largest_key);
      answer.passphrase = fields.secret("passphrase", largest_answer);
      answer.certificate = fields.bytes("cert", largest_key);
      return client::Auth{std::move(answer)};
    }
    case Method::Answers:
      return client::Auth{read_answers(fields)};
    case Method::Agent:
      break;
  }
  return client::Auth{client::Agent{}};
}

ClientMessage read_host_key(Fields& fields) {
  client::HostKey answer;
  answer.accept = fields.needed_flag("accept");
  answer.remember = fields.flag("remember");
  answer.fingerprint = fields.needed_text("fp", 128);
  return answer;
}

ClientMessage read_signal(Fields& fields) {
  static constexpr std::array<std::string_view, 13> names = {
      "ABRT", "ALRM", "FPE", "HUP", "ILL", "INT", "KILL", "PIPE", "QUIT", "SEGV", "TERM", "USR1", "USR2"};
  client::Signal signal{fields.needed_text("name", 16)};
  if (std::find(names.begin(), names.end(), signal.name) == names.end())
    fields.fail("name", "is no signal that SSH knows, such as INT or TERM");
  return signal;
}

ClientMessage read_share(Fields& fields) {
  static constexpr std::array<std::pair<std::string_view, bool>, 2> modes = {{{"ro", false}, {"rw", true}}};
  client::Share share;
  share.writable = fields.word("mode", modes);
  share.ttl = std::chrono::seconds(fields.number("ttl", 86'400).value_or(0));
  return share;
}

std::string read_path(Fields& fields, std::string_view key) {
  std::string_view path = fields.bytes(key, 4096);
  if (path.empty()) fields.fail(key, "is missing");
  if (path.find('\0') != std::string_view::npos) fields.fail(key, "has a zero byte");
  return std::string(path);
}

ClientMessage read_sftp(Fields& fields) {
  using Op = client::Sftp::Op;
  static constexpr std::array<std::pair<std::string_view, Op>, 7> ops = {{{"list", Op::List},
                                                                          {"stat", Op::Stat},
                                                                          {"get", Op::Get},
                                                                          {"put", Op::Put},
                                                                          {"mkdir", Op::Mkdir},
                                                                          {"rename", Op::Rename},
                                                                          {"remove", Op::Remove}}};
  client::Sftp sftp;
  sftp.op = fields.word("op", ops);
  sftp.id = fields.needed_number("id", largest_number);
  sftp.path = read_path(fields, "path");
  if (sftp.op == Op::Rename) sftp.to = read_path(fields, "to");
  sftp.offset = fields.number("offset", largest_number).value_or(0);
  sftp.size = fields.number("size", largest_number);
  return sftp;
}

struct Reading {
  std::string_view t;
  ClientMessage (*read)(Fields& fields);
};

constexpr std::array<Reading, 14> readings = {{
    {"connect", read_connect},
    {"auth", read_auth},
    {"hostkey", read_host_key},
    {"resize", [](Fields& fields) -> ClientMessage { return client::Resize{size_of(fields, true)}; }},
    {"ack",
     [](Fields& fields) -> ClientMessage { return client::Ack{fields.needed_number("n", largest_number)}; }},
    {"eof", [](Fields&) -> ClientMessage { return client::Eof{}; }},
    {"signal", read_signal},
    {"ping",
     [](Fields& fields) -> ClientMessage {
       return client::Ping{fields.needed_number("id", largest_number)};
     }},
    {"detach", [](Fields&) -> ClientMessage { return client::Detach{}; }},
    {"close", [](Fields&) -> ClientMessage { return client::Close{}; }},
    {"share", read_share},
    {"kick", [](Fields& fields) -> ClientMessage { return client::Kick{fields.needed_text("viewer", 64)}; }},
    {"sftp", read_sftp},
    {"transfer",
     [](Fields& fields) -> ClientMessage { return client::Transfer{fields.needed_secret("token", 128)}; }},
}};

tl::unexpected<BadMessage> bad(std::string_view why) {
  return tl::make_unexpected(BadMessage{printable_line(why, longest_reason)});
}

tl::expected<ClientMessage, BadMessage> read_message(std::span<char> frame) {
  if (frame.size() > largest_frame)
    return bad(fmt::format("a text frame of more than {} bytes", largest_frame));
  tl::expected<JsonValue, std::string> json = read_json(frame, deepest);
  if (!json) return bad(json.error());
  if (json->kind != Kind::Object)
    return bad(fmt::format("{} is no message, write an object", name_of(json->kind)));
  const JsonValue* type = json->find("t");
  if (type == nullptr || type->kind != Kind::Text) return bad("a message without a text `t`");
  for (const Reading& reading : readings) {
    if (reading.t != type->text) continue;
    Fields fields(*json, std::string(reading.t));
    ClientMessage message = reading.read(fields);
    if (!fields.problem().empty()) return bad(fields.problem());
    return message;
  }
  return bad(fmt::format("no message is called `{}`", printable_line(type->text, 40)));
}

}  // namespace

Size clamped(int64_t cols, int64_t rows, int64_t px, int64_t py) {
  const auto cells = [](int64_t n) { return static_cast<uint32_t>(std::clamp<int64_t>(n, 1, 1000)); };
  const auto pixels = [](int64_t n) { return static_cast<uint32_t>(std::clamp<int64_t>(n, 0, 65'535)); };
  return {cells(cols), cells(rows), pixels(px), pixels(py)};
}

tl::expected<ClientMessage, BadMessage> parse_client_message(std::span<char> frame) {
  tl::expected<ClientMessage, BadMessage> message = read_message(frame);
  explicit_bzero(frame.data(), frame.size());
  return message;
}

tl::expected<ClientMessage, BadMessage> parse_client_message(std::string_view frame) {
  if (frame.size() > largest_frame)
    return bad(fmt::format("a text frame of more than {} bytes", largest_frame));
  std::string copy(frame);
  return parse_client_message(std::span<char>(copy));
}

}  // namespace wharf_paramiko::terminal
