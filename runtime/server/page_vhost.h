// Pages: files below URLs, served by libwebsockets as one of its vhosts. A change of `static:` makes another
// one; who is in the middle of a file gets the rest of it from the old one.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "telemetry/error.h"

struct lws_context;

namespace wharf::server {

// [worker]
class PageVhost {
 public:
  // `number` tells it from the others of its context, which outlives it.
  static Result<std::shared_ptr<PageVhost>> create(lws_context* context, unsigned number,
                                                   std::vector<config::StaticMount> mounts);
  ~PageVhost();
  PageVhost(const PageVhost&) = delete;
  PageVhost& operator=(const PageVhost&) = delete;

  const std::vector<config::StaticMount>& mounts() const { return mounts_; }
  // Whether `path` is that of a mount, without the slash at its end.
  bool is_mount(std::string_view path) const;
  // What a request has to name as its Host: an adopted socket's vhost is looked up again by that.
  const std::string& name() const { return name_; }
  // Owns `fd` from here on. `request` is of our making, with "Connection: close".
  void adopt(int fd, std::string_view request);
  // Nobody is in the middle of a file.
  bool idle() const { return sockets_ == 0; }
  // Takes it out of libwebsockets; the last call.
  void close();

 private:
  PageVhost(unsigned number, std::vector<config::StaticMount> mounts);

  struct Lws;
  std::string name_;
  std::vector<config::StaticMount> mounts_;
  size_t sockets_ = 0;
  std::unique_ptr<Lws> lws_;
};

}  // namespace wharf::server
