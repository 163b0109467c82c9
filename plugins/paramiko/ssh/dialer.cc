#include "dialer.h"

#include <fmt/format.h>

#include <optional>
#include <utility>
#include <vector>

#include "resolve.h"

namespace wharf_paramiko::ssh {

// What the pool finds. It shares nothing with the Dialer, which may be gone before it is done.
struct Dialer::Found {
  std::string host;
  uint16_t port;
  std::vector<std::string> files;
  bool onwards;

  KnownHost known;
  std::vector<Address> addresses;
  std::optional<Error> error;
  bool ran = false;

  void run() {
    ran = true;
    for (const std::string& file : files) {
      if (const Result<void> read = known.add_file(file); !read) {
        error = read.error();
        return;
      }
    }
    if (onwards) return;
    Result<std::vector<Address>> resolved = resolve(host, port);
    if (resolved) {
      addresses = std::move(*resolved);
    } else {
      error = resolved.error();
    }
  }
};

Dialer::Dialer(Loop& loop, const Settings& settings, bool onwards, std::function<void(Result<Reached>)> done)
    : loop_(loop),
      settings_(settings),
      onwards_(onwards),
      done_(std::move(done)),
      self_(std::make_shared<Dialer*>(this)) {
  timer_ = loop_.timer(std::chrono::milliseconds(0), [this] { look_up(); });
}

void Dialer::finish(Result<Reached> result) {
  timer_.reset();
  const std::function<void(Result<Reached>)> done = std::move(done_);
  done(std::move(result));
}

void Dialer::look_up() {
  const TargetPolicy& targets = settings_.targets;
  // Before anything else, so that nobody learns from us which names there are.
  std::optional<Error> refused = onwards_ ? targets.check_unresolved(settings_.host, settings_.port)
                                          : targets.check_name(settings_.host, settings_.port);
  if (refused) return finish(tl::make_unexpected(std::move(*refused)));
  timer_ = loop_.timer(settings_.timeouts.resolve, [this] {
    finish(failure(Code::Timeout,
                   fmt::format("the name {} could not be looked up in time: the resolver of this server "
                               "does not answer",
                               settings_.host),
                   true));
  });
  auto what = std::make_shared<Found>(Found{settings_.host,
                                            settings_.port,
                                            settings_.host_keys.files,
                                            onwards_,
                                            KnownHost(settings_.host, settings_.port),
                                            {},
                                            {}});
  loop_.in_pool([what] { what->run(); },
                [what, weak = std::weak_ptr<Dialer*>(self_)] {
                  const std::shared_ptr<Dialer*> self = weak.lock();
                  if (self && (*self)->done_) (*self)->found(*what);
                });
}

void Dialer::found(Found& what) {
  if (!what.ran) {
    what.error = Error{Code::Limit, "too much waits to be done on this server: try again later", true};
  }
  if (what.error) return finish(tl::make_unexpected(std::move(*what.error)));
  if (onwards_) return finish(Reached{-1, {}, std::move(what.known)});
  std::vector<Address> allowed;
  std::optional<Error> refused;
  for (const Address& address : what.addresses) {
    refused = settings_.targets.check(settings_.host, settings_.port, address);
    if (!refused) allowed.push_back(address);
  }
  if (allowed.empty()) return finish(tl::make_unexpected(std::move(*refused)));
  connect(std::move(what.known), std::move(allowed));
}

void Dialer::connect(KnownHost known, std::vector<Address> addresses) {
  timer_.reset();
  connector_ = std::make_unique<Connector>(
      loop_, fmt::format("{}:{}", settings_.host, settings_.port), std::move(addresses),
      settings_.timeouts.connect, [this, known = std::move(known)](Result<Connector::Connected> connected) {
        if (!connected) return finish(tl::make_unexpected(std::move(connected.error())));
        finish(Reached{connected->fd, connected->address.text(), known});
      });
}

}  // namespace wharf_paramiko::ssh
