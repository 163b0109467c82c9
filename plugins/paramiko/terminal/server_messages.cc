// SPDX-License-Identifier: MIT
#include "terminal/server_messages.h"

#include <nlohmann/json.hpp>

#include <array>

namespace wharf_paramiko::terminal {

namespace {

using Json = nlohmann::ordered_json;

std::string write(const Json& message) {
  return message.dump(-1, ' ', false, Json::error_handler_t::replace);
}

int64_t whole_seconds(std::chrono::milliseconds duration) {
  return std::chrono::ceil<std::chrono::seconds>(duration).count();
}

const char* word(server::HostKeyStatus status) {
  switch (status) {
    case server::HostKeyStatus::New:
      return "new";
    case server::HostKeyStatus::Changed:
      return "changed";
    case server::HostKeyStatus::Revoked:
      return "revoked";
    case server::HostKeyStatus::Ok:
      break;
  }
  return "ok";
}

const char* mode(bool writable) { return writable ? "rw" : "ro"; }

void add(Json& message, const server::SftpAnswer::Done&) { message["ok"] = true; }

void add(Json& message, const server::SftpAnswer::Entries& list) {
  Json entries = Json::array();
  for (const server::FileEntry& entry : list.entries) {
    entries.push_back({{"name", entry.name},
                       {"type", std::string(1, entry.type)},
                       {"size", entry.size},
                       {"mtime", entry.modified},
                       {"mode", entry.mode}});
  }
  message["entries"] = std::move(entries);
  message["more"] = list.more;
  if (list.truncated) message["truncated"] = true;
}

void add(Json& message, const server::SftpAnswer::Token& token) {
  message["token"] = token.token;
  if (token.size) message["size"] = *token.size;
  if (token.modified) message["mtime"] = *token.modified;
}

void add(Json& message, const server::Error& error) {
  message["error"] = {{"code", error.code}, {"msg", error.message}, {"retry", error.retry}};
}

}  // namespace

std::string compose(const server::Hello& hello) {
  const server::Hello::Limits& limits = hello.limits;
  Json bounds = {{"window", limits.window},
                 {"stdin", limits.stdin_queue},
                 {"maxmsg", limits.message},
                 {"idle", whole_seconds(limits.idle)},
                 {"grace", whole_seconds(limits.grace)}};
  if (limits.transfers > 0) bounds["transfers"] = limits.transfers;
  return write({{"t", "hello"},
                {"v", 1},
                {"features", hello.features},
                {"limits", std::move(bounds)},
                {"choose", hello.choose},
                {"needs", hello.needs}});
}

std::string compose(const server::HostKey& key) {
  return write({{"t", "hostkey"},
                {"status", word(key.status)},
                {"ask", key.ask},
                {"host", key.host},
                {"port", key.port},
                {"alg", key.algorithm},
                {"fp", key.fingerprint},
                {"known", key.known}});
}

std::string compose(const server::AuthRequest& request) {
  Json prompts = Json::array();
  for (const server::Prompt& prompt : request.prompts) {
    prompts.push_back({{"text", prompt.text}, {"echo", prompt.echo}});
  }
  return write({{"t", "authreq"},
                {"methods", request.methods},
                {"partial", request.partial},
                {"user", request.user},
                {"name", request.name},
                {"instruction", request.instruction},
                {"prompts", std::move(prompts)},
                {"left", request.left},
                {"reason", request.reason}});
}

std::string compose(const server::Ready& ready) {
  Json message = {{"t", "ready"}, {"id", ready.id}, {"off", ready.offset}};
  if (!ready.token.empty()) message["resume"] = ready.token;
  message["banner"] = ready.banner;
  message["kex"] = ready.kex;
  message["cipher"] = ready.cipher;
  message["hostkey"] = ready.host_key;
  message["ro"] = ready.read_only;
  message["recorded"] = ready.recorded;
  return write(message);
}

std::string compose(const server::Replay& replay) {
  return write({{"t", "replay"}, {"from", replay.from}, {"truncated", replay.truncated}});
}

std::string compose(const server::Exit& exit) {
  Json message = {{"t", "exit"}};
  if (exit.status) message["status"] = *exit.status;
  if (!exit.signal.empty()) message["signal"] = exit.signal;
  message["ms"] = exit.lasted.count();
  message["bytes"] = exit.bytes;
  return write(message);
}

std::string compose(const server::Error& error) {
  return write({{"t", "error"}, {"code", error.code}, {"msg", error.message}, {"retry", error.retry}});
}

std::string compose(const server::Pong& pong) {
  Json message = {{"t", "pong"}, {"id", pong.id}};
  if (pong.ssh) message["ssh_ms"] = static_cast<double>(pong.ssh->count()) / 1000;
  return write(message);
}

std::string compose(const server::Viewers& viewers) {
  Json list = Json::array();
  for (const server::Viewer& viewer : viewers.viewers) {
    list.push_back({{"id", viewer.id}, {"name", viewer.name}, {"mode", mode(viewer.writable)}});
  }
  return write({{"t", "viewers"}, {"viewers", std::move(list)}});
}

std::string compose(const server::Idle& idle) {
  return write({{"t", "idle"}, {"in", idle.in.count()}, {"fixed", idle.fixed}});
}

std::string compose(const server::SizeIs& size) {
  return write({{"t", "size"}, {"cols", size.cols}, {"rows", size.rows}});
}

std::string compose(const server::Shared& shared) {
  return write({{"t", "shared"},
                {"token", shared.token},
                {"mode", mode(shared.writable)},
                {"ttl", shared.ttl.count()}});
}

std::string compose(const server::InputAck& ack) { return write({{"t", "ack"}, {"n", ack.n}}); }

std::string compose(const server::SftpAnswer& answer) {
  Json message = {{"t", "sftp"}, {"id", answer.id}};
  std::visit([&](const auto& what) { add(message, what); }, answer.what);
  return write(message);
}

uint16_t close_code(std::string_view error_code) {
  struct Code {
    std::string_view error;
    uint16_t close;
  };
  static constexpr std::array<Code, 10> codes = {{{"E_AUTH", 4401},
                                                  {"E_ALG_RSA", 4401},
                                                  {"E_POLICY", 4403},
                                                  {"E_IDLE", 4408},
                                                  {"E_HOSTKEY", 4410},
                                                  {"E_LIMIT", 4429},
                                                  {"E_DNS", 4502},
                                                  {"E_REFUSED", 4502},
                                                  {"E_TIMEOUT", 4502},
                                                  {"E_LOST", 4502}}};
  for (const Code& code : codes) {
    if (code.error == error_code) return code.close;
  }
  return 1011;
}

}  // namespace wharf_paramiko::terminal
