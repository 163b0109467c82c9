#include "server/systemd.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <systemd/sd-daemon.h>

#include <cstdlib>
#include <cstring>

namespace wharf::server {

Result<std::vector<PassedSocket>> passed_sockets() {
  char** names = nullptr;
  // The environment stays: it names this process, so that no child takes the sockets for its own.
  const int count = sd_listen_fds_with_names(0, &names);
  if (count < 0) return failure(fmt::format("the sockets cannot be taken over: {}", std::strerror(-count)));
  std::vector<PassedSocket> sockets;
  for (int i = 0; i < count; ++i) {
    const int fd = SD_LISTEN_FDS_START + i;
    if (sd_is_socket(fd, AF_UNSPEC, SOCK_STREAM, 1) > 0) sockets.push_back({fd, names[i]});
    std::free(names[i]);
  }
  std::free(names);
  return sockets;
}

void tell_ready() { sd_notify(0, "READY=1"); }
void tell_stopping() { sd_notify(0, "STOPPING=1"); }

}  // namespace wharf::server
