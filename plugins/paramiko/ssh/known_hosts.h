// What known_hosts files say of one host, in the format of sshd(8), section SSH_KNOWN_HOSTS FILE FORMAT.
//
// libssh2 has a reader of its own, which overlooks @revoked and patterns, and takes a second key of another
// type for a changed one. Two readers that can disagree would be worse than this one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "error.h"

namespace wharf_paramiko::ssh {

class KnownHost {
 public:
  KnownHost(std::string_view host, uint16_t port);

  // Keeps the lines about this host: by name, pattern or hash. Lines that are not understood say nothing.
  void add_lines(std::string_view text);
  // [pool] A file that is not there is empty. E_HOSTKEY for one that cannot be read, since it may revoke a
  // key.
  Result<void> add_file(const std::string& path);

  enum class Verdict {
    Known,
    Unknown,
    Changed,  // there are keys of this host, and `blob` is none of them
    Revoked,
  };
  Verdict check(std::string_view blob) const;

  // Of the keys under which the host is known.
  std::vector<std::string> types() const;
  std::vector<std::string> fingerprints() const;
  // Whether the host is known by a certificate authority, which is not supported: it is not known by that.
  bool certified() const { return certified_; }

 private:
  void add_line(std::string_view line);
  bool is_about(std::string_view patterns, const std::string& name) const;

  std::string name_;   // `host`, or `[host]:port`
  std::string plain_;  // `host` when the port is another than 22: for keys written down without one
  std::vector<std::string> keys_;
  std::vector<std::string> keys_without_port_;  // they can make a host known, and never make it changed
  std::vector<std::string> revoked_;
  bool certified_ = false;
};

// [pool] Appends a line to the first of `files` that can be written, made with mode 0600 when it is not
// there.
Result<void> remember_host(const std::vector<std::string>& files, std::string_view host, uint16_t port,
                           std::string_view blob);

}  // namespace wharf_paramiko::ssh
