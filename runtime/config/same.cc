#include "config/same.h"

#include <tuple>

#include "config/django_auth.h"
#include "config/forward_auth.h"
#include "config/jwt_auth.h"

namespace wharf::config {

bool same(const ListenAddress& a, const ListenAddress& b) {
  return a.text == b.text && a.proxy_protocol == b.proxy_protocol && (a.tls == nullptr) == (b.tls == nullptr);
}

namespace {

template <class Settings>
bool same(const std::shared_ptr<const Settings>& a, const std::shared_ptr<const Settings>& b) {
  return a == b || (a != nullptr && b != nullptr && *a == *b);
}

}  // namespace

bool same(const DjangoAuth& a, const DjangoAuth& b) {
  const auto rest = [](const DjangoAuth& django) {
    return std::tie(django.engine, django.secrets, django.cookie, django.cookie_age, django.database,
                    django.session_table, django.user, django.backends, django.key_prefix, django.version,
                    django.session_directory, django.use_tz, django.limits);
  };
  return same(a.cache, b.cache) && rest(a) == rest(b);
}

bool same(const AuthMethod& a, const AuthMethod& b) {
  const auto rest = [](const AuthMethod& method) {
    return std::tie(method.kind, method.header, method.trust);
  };
  if (rest(a) != rest(b) || !same(a.jwt, b.jwt) || !same(a.forward, b.forward)) return false;
  return a.django == b.django || (a.django && b.django && same(*a.django, *b.django));
}

bool same(const Require& a, const Require& b) {
  return std::tie(a.user, a.users) == std::tie(b.user, b.users);
}

bool same(const StaticMount& a, const StaticMount& b) {
  return std::tie(a.url, a.directory) == std::tie(b.url, b.directory);
}

bool same(const RedisHost& a, const RedisHost& b) {
  const auto all = [](const RedisHost& host) {
    return std::tie(host.server, host.sentinels, host.master_name, host.sentinel_password, host.username,
                    host.password, host.database);
  };
  return all(a) == all(b);
}

bool same(const ChannelLayer& a, const ChannelLayer& b) {
  const auto rest = [](const ChannelLayer& layer) {
    return std::tie(layer.backend, layer.pending, layer.prefix, layer.capacity, layer.full_queue,
                    layer.expiry, layer.group_expiry, layer.symmetric_encryption_keys, layer.timeout);
  };
  return same(a.hosts, b.hosts) && rest(a) == rest(b);
}

}  // namespace wharf::config
