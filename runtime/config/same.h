// Whether two parts of a configuration say the same, wherever in their files they stand.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "config/config.h"

namespace wharf::config {

// Not who they are by TLS, only whether.
bool same(const ListenAddress& a, const ListenAddress& b);
bool same(const AuthMethod& a, const AuthMethod& b);
bool same(const Require& a, const Require& b);
bool same(const StaticMount& a, const StaticMount& b);
bool same(const RedisHost& a, const RedisHost& b);
bool same(const ChannelLayer& a, const ChannelLayer& b);

template <class Item>
bool same(const std::vector<Item>& a, const std::vector<Item>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Item& x, const Item& y) { return same(x, y); });
}

template <class Item>
bool same(const std::optional<Item>& a, const std::optional<Item>& b) {
  return a.has_value() == b.has_value() && (!a || same(*a, *b));
}

}  // namespace wharf::config
