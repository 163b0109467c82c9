#include "host_key_decision.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "host_key.h"

namespace wharf_paramiko::ssh {

namespace {

using Status = HostKeyReport::Status;

std::string place(const HostKeyReport& report) { return fmt::format("{}:{}", report.host, report.port); }

Error changed(const HostKeyReport& report) {
  return {
      Code::HostKey,
      fmt::format("the key of {} has changed: it is {}, and known as {}. Either the host was set up anew, or "
                  "somebody stands in between. If it was set up anew, take the old line out of known_hosts "
                  "(`ssh-keygen -R`)",
                  place(report), report.fingerprint, fmt::join(report.known, ", "))};
}

Error only_rsa(const HostKeyReport& report) {
  return {
      Code::AlgRsa,
      fmt::format("{} is known by its RSA key alone, which this libssh2 cannot check: add its ed25519 key to "
                  "known_hosts (`ssh-keyscan -t ed25519 {}`, compared over another way: it shows {})",
                  place(report), report.host, report.fingerprint)};
}

void decide_pinned(const HostKeyRules& rules, HostKeyDecision& decision) {
  HostKeyReport& report = decision.report;
  report.known = rules.pins;
  if (std::find(rules.pins.begin(), rules.pins.end(), report.fingerprint) != rules.pins.end()) {
    report.status = Status::Known;
    return;
  }
  report.status = Status::Changed;
  decision.refusal = {Code::HostKey,
                      fmt::format("the key of {} is {} ({}), which is not pinned: pin it, or say by "
                                  "`algorithms.hostkey` which of its keys is",
                                  place(report), report.fingerprint, report.algorithm)};
}

void decide_new(const HostKeyRules& rules, const KnownHost& known, HostKeyDecision& decision) {
  HostKeyReport& report = decision.report;
  report.status = Status::New;
  if (rules.policy == HostKeyRules::Policy::Ask) {
    report.question = true;
  } else if (rules.policy == HostKeyRules::Policy::Tofu && !known.certified()) {
    decision.remember = true;
  } else {
    const std::string_view authority =
        known.certified() ? " (its certificate authority is, which is not supported)" : "";
    decision.refusal = {
        Code::HostKey,
        fmt::format("{} is not known here{}: compare {} with `ssh-keygen -lf` there, and add its key "
                    "to known_hosts",
                    place(report), authority, report.fingerprint)};
  }
}

}  // namespace

HostKeyDecision decide(const HostKeyRules& rules, const KnownHost& known, std::string_view host,
                       uint16_t port, std::string_view blob, std::string_view offered) {
  HostKeyDecision decision;
  HostKeyReport& report = decision.report;
  report.host = host;
  report.port = port;
  report.algorithm = key_type(blob);
  report.fingerprint = fingerprint(blob);
  report.known = known.fingerprints();
  const KnownHost::Verdict verdict = known.check(blob);
  if (verdict == KnownHost::Verdict::Revoked) {
    report.status = Status::Revoked;
    decision.refusal = {Code::HostKey,
                        fmt::format("the key of {}, {}, is revoked (@revoked in known_hosts): the host "
                                    "needs a new one",
                                    report.host, report.fingerprint)};
  } else if (rules.policy == HostKeyRules::Policy::Pinned) {
    decide_pinned(rules, decision);
  } else if (verdict == KnownHost::Verdict::Known) {
    report.status = Status::Known;
  } else if (verdict == KnownHost::Verdict::Changed) {
    report.status = Status::Changed;
    const std::vector<std::string> types = known.types();
    const bool usable = std::any_of(types.begin(), types.end(),
                                    [&](const std::string& type) { return any_fits(offered, type); });
    const bool rsa = std::find(types.begin(), types.end(), "ssh-rsa") != types.end();
    decision.refusal = !usable && rsa ? only_rsa(report) : changed(report);
  } else {
    decide_new(rules, known, decision);
  }
  return decision;
}

}  // namespace wharf_paramiko::ssh
