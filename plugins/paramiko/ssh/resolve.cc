#include "resolve.h"

#include <fmt/format.h>
#include <netdb.h>

#include <memory>

namespace wharf_paramiko::ssh {

Result<std::vector<Address>> resolve(const std::string& host, uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV;
  addrinfo* list = nullptr;
  const std::string service = std::to_string(port);
  const int code = getaddrinfo(host.c_str(), service.c_str(), &hints, &list);
  if (code != 0) {
    return failure(
        Code::Dns,
        fmt::format("the name {} cannot be looked up: {}: check its spelling", host, gai_strerror(code)),
        code == EAI_AGAIN);
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(list, freeaddrinfo);
  std::vector<Address> addresses;
  for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
    if (std::optional<Address> address = Address::from(entry->ai_addr, entry->ai_addrlen)) {
      addresses.push_back(*address);
    }
  }
  if (addresses.empty()) return failure(Code::Dns, fmt::format("the name {} has no address: check it", host));
  return addresses;
}

}  // namespace wharf_paramiko::ssh
