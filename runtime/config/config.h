// What routes.yaml says, checked and complete: defaults are filled in, units are resolved, places are kept so
// that other rooms can point at the line they refuse. Immutable once loaded; read by every room, reads none.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/network.h"
#include "config/problem.h"

namespace wharf::config {

using Duration = std::chrono::milliseconds;

// Where a drop-in may appear.
struct DropInPlace {
  std::filesystem::path directory;  // absolute
  std::string name;                 // a pattern, as of glob()
};

struct TlsIdentity;  // tls_identity.h

struct ListenAddress {
  enum class Kind { Tcp, Unix, Systemd };
  Kind kind = Kind::Tcp;
  std::string text;   // as written
  std::string host;   // Tcp: an address or a name, "" for every address
  uint16_t port = 0;  // Tcp: 0 lets the kernel choose
  std::string path;   // Unix
  std::string name;   // Systemd: FileDescriptorName= of the sockets, "" for all that were passed
  Position where;
  bool proxy_protocol = false;                       // each connection begins with a PROXY header
  std::shared_ptr<const TlsIdentity> tls = nullptr;  // null: plain HTTP
};

// `trusted_proxies:`, whose word about their clients is believed.
struct TrustedProxies {
  bool unix_sockets = false;  // whoever comes by one
  std::vector<Network> networks;

  bool none() const { return !unix_sockets && networks.empty(); }
  // `address` is one that Peer has: "" for a unix socket.
  bool trusts(std::string_view address) const;
  bool operator==(const TrustedProxies&) const = default;
};

// What becomes of a connection whose outbox is full while its consumer has no `drain`.
enum class SlowConsumer {
  Close,  // closed with 1013, so that its client knows, and comes back
  Drop,   // the message is dropped for this connection, counted
};

// Bytes and milliseconds; 0 switches a limit off where the comment says so.
struct Limits {
  uint64_t message = 1 << 20;  // one message, all fragments together
  uint64_t outbox = 4 << 20;   // what waits to be written to one connection
  SlowConsumer slow_consumer = SlowConsumer::Close;
  Duration idle{0};       // no message either way for this long: closed with 1000; 0: never
  Duration ping{20'000};  // silence after which a ping is sent; 0: never
  Duration pong{20'000};  // silence after a ping after which the connection is dead
  Duration close{5'000};  // how long a Close frame waits for its answer
  bool operator==(const Limits&) const = default;
};

// Limits of the front door, known before any route is.
struct GateLimits {
  Duration handshake{10'000};  // from accept() to the end of the handshake, thinking included
  uint64_t head = 16 << 10;    // request line and headers, bytes
  uint64_t connections = 0;    // of the whole server; 0: as many as descriptors allow
  bool operator==(const GateLimits&) const = default;
};

// What becomes of the connections of a route whose consumer is replaced, or that goes.
struct Drain {
  enum class When { Never, Within };
  When when = When::Never;
  Duration within{0};  // closed with 1012, spread over this time; 0: at once
  bool operator==(const Drain&) const = default;
};

// Hosts and schemes in lower case.
struct AllowedOrigin {
  std::string scheme;  // empty: every scheme and every port
  std::string host;    // without brackets
  bool subdomains = false;
  uint16_t port = 0;  // with a scheme: the one written, or else the scheme's own
  bool operator==(const AllowedOrigin&) const = default;
};

// `origins:`, the pages that may connect. A browser tells with each connection where its page came from.
struct Origins {
  bool same_origin = true;  // pages of the address that the client connects to
  bool programs = true;     // who sends no Origin, and is named by no cookie: no browser
  bool any = false;         // everybody
  std::vector<AllowedOrigin> hosts;
  bool operator==(const Origins&) const = default;
};

// `require:`, who may ask for a route at all.
struct Require {
  bool user = false;               // somebody whom `auth:` knows
  std::vector<std::string> users;  // and of those only these; empty: each
  Position where;
};

struct Route {
  enum class Kind { Regex, Path };  // `url:` and `path:`
  Kind kind = Kind::Regex;
  std::string pattern;
  std::string consumer;  // the plugin's name: "message" is message.so on the plugin path
  Limits limits;
  Origins origins;
  Require require;
  Drain drain;
  bool unload = false;        // code that is replaced is unmapped when nobody uses it any more
  std::string sha256;         // what the plugin's file must have, lower-case hex; empty: any
  std::string config = "{}";  // the `config:` subtree as JSON text
  Position where;             // the route
  Position where_pattern;
  Position where_consumer;
  // JSON pointer into `config` ("" is the whole, "/ssh/port") -> its place in the file.
  std::map<std::string, Position> config_places;

  // Whether both ask for the same addresses, and the same consumer in the same way.
  bool same_pattern(const Route& other) const { return kind == other.kind && pattern == other.pattern; }
  bool same_consumer(const Route& other) const {
    return same_pattern(other) && consumer == other.consumer && config == other.config;
  }

  // Where the key is that a JSON pointer into `config` names; if it is not there, the nearest one around it.
  Position place_of(std::string json_pointer) const;
};

struct StaticMount {
  std::string url;                  // starts with '/'
  std::filesystem::path directory;  // absolute
  Position where;
};

struct DjangoAuth;   // django_auth.h
struct ForwardAuth;  // forward_auth.h
struct JwtAuth;      // jwt_auth.h

// `auth:` is an ordered list; the first method that knows the visitor names the user.
struct AuthMethod {
  enum class Kind { Anonymous, Header, Jwt, Django, Forward };
  Kind kind = Kind::Anonymous;
  std::string header;              // Header: its name in lower case
  std::vector<std::string> trust;  // Header: client addresses whose word is believed
  Position where;
  std::shared_ptr<const JwtAuth> jwt = nullptr;          // Jwt: never null
  std::shared_ptr<const DjangoAuth> django = nullptr;    // Django: never null
  std::shared_ptr<const ForwardAuth> forward = nullptr;  // Forward: never null
};

// Where a Redis or a Sentinel listens.
struct RedisEndpoint {
  std::string host;
  uint16_t port = 6379;
  std::string path;  // of a unix socket, instead of host and port
  bool operator==(const RedisEndpoint&) const = default;
};

// One Redis server, or the one that Sentinels call `master_name`.
struct RedisHost {
  std::string text;      // for messages: no password is in it
  RedisEndpoint server;  // when there are no sentinels
  std::vector<RedisEndpoint> sentinels;
  std::string master_name;
  std::string sentinel_password;
  std::string username;
  std::string password;
  unsigned database = 0;
  Position where;
};

struct ChannelLayer {
  enum class Backend { Memory, Redis, RedisPubSub };
  Backend backend = Backend::Memory;
  uint64_t pending = 64 << 20;  // bytes of events that may wait for one worker, and for Redis
  Position where;

  // What follows concerns Redis, and has to agree with the CHANNEL_LAYERS of a Django on the same Redis.
  std::vector<RedisHost> hosts;  // in Django's order: names are spread over them by their hash
  std::string prefix = "asgi";
  uint64_t capacity = 100;                             // messages that the queue of one process may hold
  Duration expiry{60'000};                             // of a message in a queue
  Duration full_queue{1'000};                          // for which an event waits for room in such a queue
  Duration group_expiry{86'400'000};                   // of a membership that nobody renews
  std::vector<std::string> symmetric_encryption_keys;  // the first encrypts, all decrypt
  Duration timeout{5'000};  // a Redis that does not answer for this long is given up
};

enum class LogLevel { Debug, Info, Warning, Error };

struct Config {
  std::filesystem::path file;  // absolute
  std::vector<ListenAddress> listen;
  std::optional<ListenAddress> admin;
  TrustedProxies trusted_proxies;
  unsigned workers = 1;                            // `auto` is resolved to the number of cores
  bool io_uring = true;                            // `auto`: where the kernel allows it
  std::vector<std::filesystem::path> plugin_path;  // absolute, in order
  std::vector<DropInPlace> drop_in_places;
  ChannelLayer channel_layer;
  std::vector<AuthMethod> auth;
  GateLimits gate;
  Limits limits;    // the defaults of the routes
  Origins origins;  // as well
  std::vector<StaticMount> static_mounts;
  LogLevel log = LogLevel::Info;
  std::vector<Route> routes;  // in order; the first match wins
  Problems warnings;          // what is served all the same, though its operator should know
};

}  // namespace wharf::config
