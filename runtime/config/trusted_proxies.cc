#include "config/trusted_proxies.h"

#include <fmt/format.h>

#include "config/quote.h"
#include "config/scalar.h"

namespace wharf::config {

void read_trusted_proxies(const Node& node, TrustedProxies& proxies, Findings& findings) {
  for (const PlacedText& entry : read_texts(node, "trusted_proxies", findings)) {
    if (entry.text == "unix") {
      proxies.unix_sockets = true;
      continue;
    }
    Result<Network> network = parse_network(entry.text);
    if (!network) {
      findings.add(entry.place, fmt::format("{} is no address or network of proxies", quote(entry.text)),
                   network.error().text + "; `unix` for unix sockets");
      continue;
    }
    proxies.networks.push_back(*network);
  }
}

void check_proxy_protocol(const Config& config, Problems& problems) {
  if (!config.trusted_proxies.none()) return;
  for (const ListenAddress& address : config.listen) {
    if (!address.proxy_protocol) continue;
    problems.push_back(
        {address.where,
         fmt::format("{} has `proxy_protocol`, and nobody is trusted to speak it", quote(address.text)),
         "name the proxy at the top level: `trusted_proxies: [127.0.0.1]`"});
  }
}

}  // namespace wharf::config
