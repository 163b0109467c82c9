#include "consumer/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace wharf_paramiko {

namespace {

using terminal::RouteConfig;

// A rule without a port means every port.
std::string with_port(const terminal::TargetRule& rule) {
  if (rule.port != 0 || rule.text.ends_with(":*")) return rule.text;
  const bool bare_ipv6 = rule.kind == terminal::TargetRule::Kind::Network && !rule.text.starts_with('[') &&
                         rule.text.find(':') != std::string::npos;
  return bare_ipv6 ? fmt::format("[{}]:*", rule.text) : rule.text + ":*";
}

std::vector<std::string> allow_texts(const std::vector<terminal::TargetRule>& rules) {
  std::vector<std::string> result;
  result.reserve(rules.size());
  for (const terminal::TargetRule& rule : rules) result.push_back(with_port(rule));
  return result;
}

std::vector<std::string> deny_texts(const std::vector<terminal::TargetRule>& rules) {
  std::vector<std::string> result;
  result.reserve(rules.size());
  for (const terminal::TargetRule& rule : rules) result.push_back(rule.text);
  return result;
}

std::string name_of(RouteConfig::Method method) {
  switch (method) {
    case RouteConfig::Method::PublicKey:
      return "publickey";
    case RouteConfig::Method::KeyboardInteractive:
      return "keyboard-interactive";
    case RouteConfig::Method::Password:
      return "password";
    case RouteConfig::Method::Agent:
      break;
  }
  return "agent";
}

ssh::HostKeyRules host_key_rules(const RouteConfig::KnownHosts& known) {
  using From = RouteConfig::HostKeys;
  using To = ssh::HostKeyRules::Policy;
  // Off: the terminal says yes to every question.
  const To policy = known.policy == From::Ask || known.policy == From::Off ? To::Ask
                    : known.policy == From::Tofu                           ? To::Tofu
                    : known.policy == From::Pinned                         ? To::Pinned
                                                                           : To::Strict;
  return {policy, known.files, known.pin};
}

ssh::Timeouts timeouts(const RouteConfig::Timeouts& from) {
  ssh::Timeouts to;
  to.resolve = from.resolve;
  to.connect = from.connect;
  to.handshake = from.handshake;
  to.auth = from.auth;
  to.tcp_user = from.tcp_user;
  return to;
}

// What does not depend on the visitor.
ssh::Settings common(const RouteConfig& config) {
  ssh::Settings settings;
  settings.host_keys = host_key_rules(config.known_hosts);
  settings.algorithms = {config.algorithms.kex, config.algorithms.hostkey, config.algorithms.cipher,
                         config.algorithms.mac};
  settings.timeouts = timeouts(config.timeouts);
  settings.methods.clear();
  for (RouteConfig::Method method : config.auth.methods) settings.methods.push_back(name_of(method));
  settings.max_attempts = config.auth.max_attempts;
  settings.agent_socket = config.auth.agent_socket;
  settings.keepalive = std::chrono::duration_cast<std::chrono::seconds>(config.keepalive.ssh);
  settings.window = config.flow.ssh_window;
  settings.stdin_queue = viewers_input(config) + config.flow.stdin_queue;
  return settings;
}

}  // namespace

uint64_t viewers_input(const RouteConfig& config) {
  const bool they_type = config.share.enabled && config.share.allow_rw;
  return they_type ? config.flow.stdin_queue * (config.share.max_viewers + 1) : 0;
}

ssh::Size to_ssh(const terminal::Size& size) {
  return {static_cast<int>(size.cols), static_cast<int>(size.rows), static_cast<int>(size.px),
          static_cast<int>(size.py)};
}

ssh::Result<ssh::Settings> settings_for(const RouteConfig& config, const Wish& wish) {
  const bool elsewhere = (!wish.host.empty() && wish.host != config.target.host) ||
                         (wish.port != 0 && wish.port != config.target.port);
  if (elsewhere && !config.allow_client_target) {
    return ssh::failure(
        ssh::Code::Policy,
        fmt::format("this address leads to {}:{} and nowhere else: leave out the host and the port",
                    config.target.host, config.target.port));
  }
  // The route's own credentials may be right for more accounts than the one it names.
  const bool as_another =
      !wish.user.empty() && !config.target.user.empty() && wish.user != config.target.user;
  if (as_another && !config.allow_client_target) {
    return ssh::failure(
        ssh::Code::Policy,
        fmt::format("this address logs in as {} and as nobody else: leave out the user", config.target.user));
  }
  ssh::Settings settings = common(config);
  settings.host = wish.host.empty() ? config.target.host : wish.host;
  settings.port = wish.port == 0 ? config.target.port : wish.port;
  settings.user = wish.user.empty() ? config.target.user : wish.user;
  ssh::Result<ssh::TargetPolicy> targets = ssh::TargetPolicy::make(
      allow_texts(config.allow), config.deny ? deny_texts(*config.deny) : ssh::TargetPolicy::usual_deny());
  if (!targets) return tl::make_unexpected(targets.error());
  settings.targets = std::move(*targets);
  settings.terminal.term = wish.term.empty() ? config.pty.term : wish.term;
  settings.terminal.size = to_ssh(wish.size);
  settings.terminal.env.assign(config.pty.env.begin(), config.pty.env.end());
  settings.terminal.env.insert(settings.terminal.env.end(), wish.env.begin(), wish.env.end());
  settings.terminal.command = config.pty.command;
  return settings;
}

std::optional<ssh::Settings> jump_settings_for(const RouteConfig& config) {
  if (config.jump.host.empty()) return std::nullopt;
  ssh::Settings settings = common(config);
  settings.host = config.jump.host;
  settings.port = config.jump.port;
  settings.user = config.jump.user;
  // The route names it, so it is allowed.
  const std::string host =
      settings.host.find(':') == std::string::npos ? settings.host : "[" + settings.host + "]";
  settings.targets = ssh::TargetPolicy::make({fmt::format("{}:{}", host, settings.port)}, {}).value();
  settings.terminal.wanted = false;
  return settings;
}

}  // namespace wharf_paramiko
