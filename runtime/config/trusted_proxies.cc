#include "config/trusted_proxies.h"

#include <fmt/format.h>

#include <utility>

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
    proxies.networks.push_back(std::move(*network));
  }
}

}  // namespace wharf::config
