// What systemd does for a service: sockets that it has bound (systemd.socket(5)), and to be told how it goes
// (Type=notify). Without systemd none of it does anything.
#pragma once

#include <string>
#include <vector>

#include "telemetry/error.h"

namespace wharf::server {

struct PassedSocket {
  int fd;            // stays open for the process
  std::string name;  // FileDescriptorName=, or the name of the unit
};

// [loader] The listening stream sockets that were passed to this process.
Result<std::vector<PassedSocket>> passed_sockets();

// [any-thread] The server accepts connections; it has begun to stop.
void tell_ready();
void tell_stopping();

}  // namespace wharf::server
