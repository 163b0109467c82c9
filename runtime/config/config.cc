#include "config/config.h"

#include <algorithm>

namespace wharf::config {

bool TrustedProxies::trusts(std::string_view address) const {
  if (address.empty()) return unix_sockets;
  const std::optional<IpAddress> ip = parse_ip(address);
  return ip && std::any_of(networks.begin(), networks.end(),
                           [&ip](const Network& network) { return network.contains(*ip); });
}

Position Route::place_of(std::string json_pointer) const {
  while (true) {
    const auto found = config_places.find(json_pointer);
    if (found != config_places.end()) return found->second;
    const size_t slash = json_pointer.rfind('/');
    if (slash == std::string::npos) return where_consumer;
    json_pointer.erase(slash);
  }
}

}  // namespace wharf::config
