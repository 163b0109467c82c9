// What one terminal tells about itself for later: into the file of its route, or else into the server's log.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "consumer/host_loop.h"
#include "consumer/shared.h"
#include "terminal/audit_line.h"

namespace wharf_paramiko {

// [worker] of `loop`.
class Audit {
 public:
  struct Who {
    std::string terminal;
    std::string visitor;  // "": nobody has logged in to the page
    std::string address;
  };
  Audit(std::shared_ptr<Shared> shared, std::shared_ptr<HostLoop> loop, Who who);

  // `event` is one of the words of `audit: {events}`; nothing happens when the route left it out.
  void tell(std::string_view event, const terminal::AuditFields& fields = {}) const;

 private:
  std::shared_ptr<Shared> shared_;
  std::shared_ptr<HostLoop> loop_;
  Who who_;
};

}  // namespace wharf_paramiko
