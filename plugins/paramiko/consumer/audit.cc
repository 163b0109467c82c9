#include "consumer/audit.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

namespace wharf_paramiko {

Audit::Audit(std::shared_ptr<Shared> shared, std::shared_ptr<HostLoop> loop, Who who)
    : shared_(std::move(shared)), loop_(std::move(loop)), who_(std::move(who)) {}

void Audit::tell(std::string_view event, const terminal::AuditFields& fields) const {
  const std::vector<std::string>& wanted = shared_->config.audit.events;
  if (std::find(wanted.begin(), wanted.end(), event) == wanted.end()) return;
  terminal::AuditFields all = {
      {"terminal", who_.terminal}, {"visitor", who_.visitor}, {"from", who_.address}};
  all.insert(all.end(), fields.begin(), fields.end());
  if (shared_->audit_log) {
    const std::string line = terminal::audit_line(event, std::chrono::system_clock::now(), all);
    shared_->audit_log->write(line, loop_);
  } else {
    loop_->host().log(WHARF_INFO, 0, "audit " + terminal::audit_line(event, std::nullopt, all));
  }
}

}  // namespace wharf_paramiko
