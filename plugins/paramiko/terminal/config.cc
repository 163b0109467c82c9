// SPDX-License-Identifier: MIT
#include "terminal/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "terminal/config_section.h"
#include "terminal/config_values.h"
#include "terminal/printable.h"

namespace wharf_paramiko::terminal {

namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr uint64_t kib = 1 << 10;
constexpr uint64_t mib = 1 << 20;
constexpr uint64_t gib = 1 << 30;
constexpr milliseconds longest = hours(24 * 30);
constexpr uint32_t most = 1'000'000;

bool is_one_of(std::string_view text, std::string_view characters) {
  return text.find_first_not_of(characters) == std::string_view::npos;
}

constexpr std::string_view base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view name_characters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";

// The words under `key`, each of them one of `words`, none twice.
std::vector<std::string> read_words(ConfigSection& section, std::string_view key,
                                    const std::vector<std::string>& words, std::vector<std::string> usual) {
  std::vector<std::string> given = std::move(usual);
  section.texts(key, given);
  for (size_t i = 0; i < given.size(); ++i) {
    std::string place = fmt::format("{}/{}", key, i);
    if (std::find(words.begin(), words.end(), given[i]) == words.end())
      section.problem_at(place,
                         fmt::format("is `{}`: {}", printable_line(given[i], 60), suggest(given[i], words)));
    if (std::count(given.begin(), given.end(), given[i]) > 1) section.problem_at(place, "stands there twice");
  }
  return given;
}

void read_target(ConfigSection section, RouteConfig::Target& target) {
  section.text("host", target.host, 255);
  section.port("port", target.port);
  section.text("user", target.user, 255);
}

// Whether there is any, right or wrong.
bool read_rules(ConfigSection& section, std::string_view key, std::vector<TargetRule>& rules) {
  std::vector<std::string> given;
  section.texts(key, given);
  for (size_t i = 0; i < given.size(); ++i) {
    tl::expected<TargetRule, std::string> rule = parse_target_rule(given[i]);
    if (!rule) section.problem_at(fmt::format("{}/{}", key, i), rule.error());
    if (rule) rules.push_back(std::move(*rule));
  }
  return !given.empty();
}

// The rule that means one host alone, or nothing: `place` then has the problem.
std::optional<TargetRule> rule_of(ConfigSection& section, std::string_view place, std::string_view host,
                                  uint16_t port) {
  bool is_ipv6 = host.find(':') != std::string_view::npos;
  tl::expected<TargetRule, std::string> rule =
      parse_target_rule(is_ipv6 ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port));
  bool is_one = host.find_first_of("*/[") == std::string_view::npos;
  if (rule && is_one) return std::move(*rule);
  section.problem_at(place, rule ? "is a pattern or has a port, write the name of one host" : rule.error());
  return std::nullopt;
}

// Without `allow` it is the target alone.
void check_target(ConfigSection& root, RouteConfig& config, bool has_allow) {
  const RouteConfig::Target& target = config.target;
  if (target.host.empty()) return;
  std::optional<TargetRule> rule = rule_of(root, "target/host", target.host, target.port);
  if (rule && !has_allow) config.allow.push_back(std::move(*rule));
}

void read_deny(ConfigSection& root, RouteConfig& config) {
  if (!root.has("deny")) return static_cast<void>(root.take("deny"));
  std::vector<TargetRule>& rules = config.deny.emplace();
  read_rules(root, "deny", rules);
  for (const TargetRule& rule : rules) {
    bool is_network = rule.kind == TargetRule::Kind::Network && rule.port == 0;
    if (!is_network)
      root.problem(
          "deny",
          fmt::format("has `{}`: write addresses and networks without a port, such as 10.0.0.0/8, as a "
                      "host may have other names",
                      printable_line(rule.text, 60)));
  }
}

void read_targets(ConfigSection& root, RouteConfig& config) {
  read_target(root.section("target"), config.target);
  root.flag("allow_client_target", config.allow_client_target);
  bool has_allow = root.has("allow");
  bool allows_none = !read_rules(root, "allow", config.allow) && has_allow;
  read_deny(root, config);
  if (allows_none) root.problem("allow", "allows no target: leave it out to allow `target` alone");
  if (config.target.host.empty() && !config.allow_client_target)
    root.problem_at("target/host", "is empty, and allow_client_target is false: nobody can say where to go");
  if (config.allow_client_target && !has_allow)
    root.problem("allow_client_target",
                 "is true without `allow`: list the targets that a visitor may choose");
  check_target(root, config, has_allow);
}

void read_modes(ConfigSection& root, RouteConfig& config) {
  std::vector<std::string> modes = read_words(root, "modes", {"plain", "ssh.v1"}, {"plain", "ssh.v1"});
  const auto has = [&](std::string_view mode) {
    return std::find(modes.begin(), modes.end(), mode) != modes.end();
  };
  config.plain = has("plain");
  config.ssh_v1 = has("ssh.v1");
  if (modes.empty()) root.problem("modes", "is empty, so nobody could connect: leave it out for both");
}

void read_auth(ConfigSection section, RouteConfig::Auth& auth) {
  static const std::vector<std::string> words = {"publickey", "keyboard-interactive", "password", "agent"};
  static constexpr std::array methods = {RouteConfig::Method::PublicKey,
                                         RouteConfig::Method::KeyboardInteractive,
                                         RouteConfig::Method::Password, RouteConfig::Method::Agent};
  std::vector<std::string> given = read_words(section, "methods", words, {words.begin(), words.begin() + 3});
  if (given.empty()) section.problem("methods", "is empty, so nobody could log in");
  auth.methods.clear();
  for (const std::string& word : given) {
    size_t which = static_cast<size_t>(std::find(words.begin(), words.end(), word) - words.begin());
    if (which < methods.size()) auth.methods.push_back(methods[which]);
  }
  section.secret("password", auth.password);
  section.secret("key", auth.key);
  section.secret("passphrase", auth.passphrase);
  section.file("cert_file", auth.certificate);
  section.path("agent_socket", auth.agent_socket);
  section.flag("prompt", auth.prompt);
  section.number("max_attempts", auth.max_attempts, 1, 20);
  const auto uses = [&](RouteConfig::Method method) {
    return std::find(auth.methods.begin(), auth.methods.end(), method) != auth.methods.end();
  };
  if (uses(RouteConfig::Method::Agent) && auth.agent_socket.empty())
    section.problem("agent_socket", "is missing: the method `agent` needs the socket of the agent");
  if ((auth.passphrase || !auth.certificate.empty()) && !auth.key)
    section.problem("key", "is missing: a passphrase or a certificate alone does nothing");
}

void read_known_hosts(ConfigSection section, RouteConfig::KnownHosts& known) {
  using Policy = RouteConfig::HostKeys;
  static constexpr std::array policies = {Policy::Strict, Policy::Tofu, Policy::Ask, Policy::Pinned,
                                          Policy::Off};
  bool insecure = false;
  section.flag("insecure", insecure);
  if (std::optional<size_t> which = section.word("policy", {"strict", "tofu", "ask", "pinned", "off"}))
    known.policy = policies[*which];
  section.texts("files", known.files);
  section.texts("pin", known.pin);
  for (size_t i = 0; i < known.files.size(); ++i) {
    if (!known.files[i].starts_with('/'))
      section.problem_at(fmt::format("files/{}", i), "is a relative path, write an absolute one");
  }
  for (size_t i = 0; i < known.pin.size(); ++i) {
    std::string_view pin = known.pin[i];
    bool is_pin = pin.starts_with("SHA256:") && pin.size() == 7 + 43 && is_one_of(pin.substr(7), base64);
    if (!is_pin)
      section.problem_at(fmt::format("pin/{}", i),
                         "is no fingerprint: write SHA256: and 43 characters, as ssh-keygen -l shows");
  }
  bool off = known.policy == Policy::Off;
  if (off && !insecure)
    section.problem(
        "policy",
        "is off, so anybody could play the host: write `insecure: true` beside it if that is meant");
  if (insecure && !off) section.problem("insecure", "says something only beside `policy: off`");
  if (off && insecure) section.warn("policy", "is off: host keys are not checked");
  if (known.policy == Policy::Pinned && known.pin.empty())
    section.problem("pin", "is empty, so `policy: pinned` would refuse every host");
  if (known.policy != Policy::Pinned && !known.pin.empty())
    section.problem("pin", "is for `policy: pinned` alone");
  bool needs_files = known.policy != Policy::Pinned && !off;
  if (needs_files && known.files.empty())
    section.problem("files", "is empty: name at least one file of known hosts");
}

void read_jump(ConfigSection section, RouteConfig::Jump& jump) {
  section.text("host", jump.host, 255);
  section.port("port", jump.port);
  section.text("user", jump.user, 255);
  section.secret("key", jump.key);
  section.secret("passphrase", jump.passphrase);
  section.secret("password", jump.password);
  if (jump.host.empty()) return;
  static_cast<void>(rule_of(section, "host", jump.host, jump.port));
  if (jump.user.empty()) section.problem("user", "is missing: nobody is asked who logs in on the jump host");
  if (!jump.key && !jump.password)
    section.problem("key", "is missing: nobody is asked for a password on the jump host");
}

void read_algorithms(ConfigSection section, RouteConfig::Algorithms& algorithms) {
  const std::array<std::pair<std::string_view, std::string*>, 4> lists = {{{"kex", &algorithms.kex},
                                                                           {"hostkey", &algorithms.hostkey},
                                                                           {"cipher", &algorithms.cipher},
                                                                           {"mac", &algorithms.mac}}};
  for (const auto& [key, value] : lists) {
    section.text(key, *value);
    if (!is_one_of(*value, "abcdefghijklmnopqrstuvwxyz0123456789-.@,_"))
      section.problem(key, "is no list of names with commas between them, such as aes256-ctr,aes128-ctr");
  }
}

void read_env(ConfigSection& section, std::map<std::string, std::string>& env) {
  const nlohmann::json* given = section.take("env");
  if (given == nullptr) return;
  if (!given->is_object()) return section.problem("env", "is no map of names and texts");
  env.clear();
  for (const auto& [name, value] : given->items()) {
    bool is_name = !name.empty() && is_one_of(name, name_characters);
    if (!is_name)
      section.problem("env", fmt::format("`{}` is no name of a variable", printable_line(name, 60)));
    if (!value.is_string()) section.problem_at("env/" + name, "is no text: write it in quotes");
    if (is_name && value.is_string()) env[name] = value.get<std::string>();
  }
}

void read_pty(ConfigSection section, RouteConfig::Pty& pty) {
  section.text("term", pty.term, 64);
  section.number("cols", pty.cols, 1, 1000);
  section.number("rows", pty.rows, 1, 1000);
  section.text("command", pty.command, 4096);
  read_env(section, pty.env);
  if (pty.term.empty()) section.problem("term", "is empty: leave it out for xterm-256color");
}

void read_timeouts(ConfigSection section, RouteConfig::Timeouts& timeouts) {
  section.duration("resolve", timeouts.resolve, minutes(5), false);
  section.duration("connect", timeouts.connect, minutes(5), false);
  section.duration("handshake", timeouts.handshake, minutes(5), false);
  section.duration("auth", timeouts.auth, hours(1), false);
  section.duration("idle", timeouts.idle, longest, true);
  section.duration("session", timeouts.session, longest, true);
  section.duration("tcp_user", timeouts.tcp_user, hours(1), true);
}

void read_keepalive(ConfigSection section, RouteConfig::Keepalive& keepalive) {
  section.duration("ssh", keepalive.ssh, hours(1), true);
  if (keepalive.ssh.count() % 1000 != 0) section.problem("ssh", "is no whole number of seconds");
  section.instead("websocket", "the route's `limits: {ping: 20 s}` says it, outside of `config:`");
}

void read_flow(ConfigSection section, RouteConfig::Flow& flow) {
  section.size("ssh_window", flow.ssh_window, 32 * kib, 16 * mib);
  section.size("client_window", flow.client_window, 16 * kib, 16 * mib);
  section.size("stdin_queue", flow.stdin_queue, 16 * kib, 64 * mib);
  section.rate("plain_rate", flow.plain_rate);
  section.duration("coalesce", flow.coalesce, milliseconds(100), true);
  if (flow.plain_rate != 0 && flow.plain_rate < kib) section.problem("plain_rate", "is less than 1 KiB/s");
}

void read_resume(ConfigSection section, RouteConfig::Resume& resume, const RouteConfig::Flow& flow) {
  resume.buffer = std::max(resume.buffer, flow.client_window);
  section.flag("enabled", resume.enabled);
  section.duration("grace", resume.grace, hours(24), false);
  section.size("buffer", resume.buffer, 4 * kib, 64 * mib);
  section.number("max_detached", resume.max_detached, 0, most);
  if (resume.enabled && resume.buffer < flow.client_window)
    section.problem(
        "buffer",
        fmt::format("is smaller than flow.client_window, {}: what is on the way when a socket breaks "
                    "would be lost",
                    show_size(flow.client_window)));
}

void read_share(ConfigSection section, RouteConfig::Share& share) {
  section.flag("enabled", share.enabled);
  section.number("max_viewers", share.max_viewers, 1, 1000);
  section.flag("allow_rw", share.allow_rw);
}

void read_recording(ConfigSection section, RouteConfig::Recording& recording) {
  section.path("dir", recording.dir);
  static_cast<void>(section.word("format", {"asciicast2"}));
  section.flag("input", recording.input);
  section.flag("required", recording.required);
  section.size("max_size", recording.max_size, 64 * kib, 1024 * gib);
  if (recording.required && recording.dir.empty())
    section.problem("dir", "is missing: `required` needs a place to record");
  if (recording.input && !recording.dir.empty())
    section.warn("input", "is true: the recordings will hold every password that is typed");
}

void read_sftp(ConfigSection section, RouteConfig::Sftp& sftp) {
  section.flag("enabled", sftp.enabled);
  section.path("root", sftp.root);
  section.flag("upload", sftp.upload);
  section.flag("download", sftp.download);
  section.size("max_file", sftp.max_file, 1, 1024 * gib);
  section.number("max_parallel", sftp.max_parallel, 1, 100);
}

void read_limits(ConfigSection section, RouteConfig::Limits& limits) {
  section.number("sessions", limits.sessions, 0, most);
  section.number("per_ip", limits.per_ip, 0, most);
  section.number("per_user", limits.per_user, 0, most);
  section.number("auth_per_minute", limits.auth_per_minute, 0, most);
  section.instead("message", "the route's `limits: {message: 1 MiB}` says it, outside of `config:`");
  section.instead("paste", "`flow: {stdin_queue: 1 MiB}` bounds what waits to be typed");
}

bool is_origin(std::string_view origin) {
  if (origin == "same" || origin == "any") return true;
  for (std::string_view scheme : {"https://", "http://"}) {
    if (!origin.starts_with(scheme)) continue;
    tl::expected<TargetRule, std::string> rule = parse_target_rule(origin.substr(scheme.size()));
    return rule && !rule->text.starts_with('*') && rule->text.find('/') == std::string::npos;
  }
  return false;
}

void read_origins(ConfigSection& root, std::vector<std::string>& origins) {
  root.texts("origins", origins);
  for (size_t i = 0; i < origins.size(); ++i) {
    std::string place = fmt::format("origins/{}", i);
    if (!is_origin(origins[i]))
      root.problem_at(place, "is no origin: write same, any, or one such as https://host.example");
    if (origins[i] == "any")
      root.warn_at(place, "lets every page of the web open a terminal for its visitors");
  }
  if (origins.empty()) root.problem("origins", "is empty, so no page could connect: leave it out for `same`");
}

void read_audit(ConfigSection section, RouteConfig::Audit& audit) {
  section.path("log", audit.log);
  const std::vector<std::string> all = audit.events;
  audit.events = read_words(section, "events", all, all);
}

void read_clipboard(ConfigSection section, RouteConfig::Clipboard& write) {
  static constexpr std::array words = {RouteConfig::Clipboard::Never, RouteConfig::Clipboard::Ask,
                                       RouteConfig::Clipboard::Always};
  if (std::optional<size_t> which = section.word("osc52_write", {"never", "ask", "always"}))
    write = words[*which];
  static_cast<void>(section.word("osc52_read", {"never"}));
}

void read_root(ConfigSection root, RouteConfig& config) {
  read_targets(root, config);
  read_modes(root, config);
  read_auth(root.section("auth"), config.auth);
  read_known_hosts(root.section("known_hosts"), config.known_hosts);
  read_jump(root.section("jump"), config.jump);
  read_algorithms(root.section("algorithms"), config.algorithms);
  read_pty(root.section("pty"), config.pty);
  static_cast<void>(root.word("encoding", {"utf-8"}));
  read_timeouts(root.section("timeouts"), config.timeouts);
  read_keepalive(root.section("keepalive"), config.keepalive);
  read_flow(root.section("flow"), config.flow);
  read_resume(root.section("resume"), config.resume, config.flow);
  read_share(root.section("share"), config.share);
  read_recording(root.section("recording"), config.recording);
  read_sftp(root.section("sftp"), config.sftp);
  read_limits(root.section("limits"), config.limits);
  read_origins(root, config.origins);
  read_audit(root.section("audit"), config.audit);
  read_clipboard(root.section("clipboard"), config.osc52_write);
}

}  // namespace

tl::expected<CheckedConfig, std::vector<ConfigProblem>> parse_config(std::string_view json) {
  ConfigFindings findings;
  const nlohmann::json object = nlohmann::json::parse(json, nullptr, false);
  if (object.is_discarded()) return tl::make_unexpected(std::vector<ConfigProblem>{{"", "is no JSON"}});
  CheckedConfig checked;
  read_root(ConfigSection(object, "", findings), checked.config);
  if (!findings.problems.empty()) return tl::make_unexpected(std::move(findings.problems));
  checked.warnings = std::move(findings.warnings);
  return checked;
}

}  // namespace wharf_paramiko::terminal
