#include "consumer/shared.h"

#include <utility>

#include "consumer/core_dump.h"
#include "ssh/library.h"

namespace wharf_paramiko {

namespace {

terminal::RouteConfig read(std::string_view json, const std::function<void(const std::string&)>& warn) {
  tl::expected<terminal::CheckedConfig, std::vector<terminal::ConfigProblem>> checked =
      terminal::parse_config(json);
  if (!checked) {
    const terminal::ConfigProblem& first = checked.error().front();
    throw wharf::Refuse{first.pointer, first.why};
  }
  if (!checked->config.auth.certificate.empty()) {
    throw wharf::Refuse{
        "/auth/cert_file",
        "libssh2 cannot log in by the usual certificates: leave it out, and use the key alone"};
  }
  for (const terminal::ConfigProblem& warning : checked->warnings) {
    warn(warning.pointer + ": " + warning.why);
  }
  return std::move(checked->config);
}

std::shared_ptr<AuditLog> open_audit_log(const std::string& path) {
  if (path.empty()) return nullptr;
  auto log = std::make_shared<AuditLog>(path);
  if (const tl::expected<void, std::string> opened = log->open(); !opened) {
    throw wharf::Refuse{"/audit/log", opened.error() + ": name a file that the server may write"};
  }
  return log;
}

}  // namespace

Shared::Shared(terminal::RouteConfig checked, std::shared_ptr<AuditLog> log)
    : config(std::move(checked)),
      audit_log(std::move(log)),
      sessions({config.limits.sessions, config.limits.per_ip, config.limits.per_user}),
      viewers({config.limits.sessions, config.limits.per_ip, config.limits.per_user}),
      attempts(config.limits.auth_per_minute) {}

std::shared_ptr<Shared> Shared::of(std::string_view config_json,
                                   const std::function<void(const std::string&)>& warn) {
  // The one thing that instances on different workers have in common is the plugin itself.
  static std::mutex mutex;
  static std::map<std::string, std::weak_ptr<Shared>> known;
  // libssh2 starts with the first route, and ends with the plugin.
  static const ssh::Library library;
  static const bool no_core_dumps = forbid_core_dumps();
  std::lock_guard lock(mutex);
  if (const ssh::Result<void> started = library.check(); !started)
    throw wharf::Refuse{"", started.error().text};
  if (!no_core_dumps) warn("a core dump of this process would hold secrets: switch them off (ulimit -c 0)");
  std::erase_if(known, [](const auto& entry) { return entry.second.expired(); });
  std::weak_ptr<Shared>& entry = known[std::string(config_json)];
  std::shared_ptr<Shared> shared = entry.lock();
  if (shared == nullptr) {
    terminal::RouteConfig config = read(config_json, warn);
    std::shared_ptr<AuditLog> audit_log = open_audit_log(config.audit.log);
    shared = std::make_shared<Shared>(std::move(config), std::move(audit_log));
    entry = shared;
  }
  return shared;
}

void Shared::add(const std::string& id, Remote remote) {
  std::lock_guard lock(mutex_);
  terminals_.insert_or_assign(id, std::move(remote));
}

void Shared::remove(const std::string& id) {
  invitations.withdraw_all(id);
  std::lock_guard lock(mutex_);
  terminals_.erase(id);
}

std::optional<Remote> Shared::find(const std::string& id) const {
  std::lock_guard lock(mutex_);
  const auto found = terminals_.find(id);
  return found == terminals_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace wharf_paramiko
