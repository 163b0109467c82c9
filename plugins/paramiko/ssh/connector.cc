#include "connector.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace wharf_paramiko::ssh {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

Connector::Connector(Loop& loop, std::string name, std::vector<Address> addresses, milliseconds deadline,
                     std::function<void(Result<Connected>)> done)
    : loop_(loop),
      name_(std::move(name)),
      addresses_(std::move(addresses)),
      end_(steady_clock::now() + deadline),
      done_(std::move(done)) {
  timer_ = loop_.timer(milliseconds(0), [this] { try_next(); });
}

Connector::~Connector() { drop(); }

void Connector::drop() {
  watch_.reset();
  timer_.reset();
  if (fd_ >= 0) close(std::exchange(fd_, -1));
}

void Connector::try_next() {
  drop();
  const Address& address = addresses_[next_++];
  fd_ = socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd_ < 0) return finished(errno);
  if (connect(fd_, address.raw(), address.size) == 0) return finished(0);
  if (errno != EINPROGRESS) return finished(errno);
  watch_ = loop_.watch(fd_, Loop::Write, [this](unsigned) {
    int error = 0;
    socklen_t size = sizeof error;
    if (getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
    finished(error);
  });
  // An address that does not answer leaves the others their share.
  const auto left = std::chrono::duration_cast<milliseconds>(end_ - steady_clock::now());
  const auto share = left / static_cast<int>(addresses_.size() - next_ + 1);
  timer_ = loop_.timer(std::max(share, milliseconds(1)), [this] { finished(ETIMEDOUT); });
}

void Connector::finished(int error) {
  if (error != 0) {
    if (next_ < addresses_.size() && steady_clock::now() < end_) return try_next();
    return give_up(error);
  }
  watch_.reset();
  timer_.reset();
  const std::function<void(Result<Connected>)> done = done_;
  done(Connected{std::exchange(fd_, -1), addresses_[next_ - 1]});
}

void Connector::give_up(int error) {
  drop();
  const std::string last = addresses_[next_ - 1].text();
  // A host that was named by its address has said it.
  const std::string where =
      name_.find(last) != std::string::npos ? name_ : fmt::format("{} ({})", name_, last);
  Error why{Code::Refused, {}, true};
  if (error == ETIMEDOUT) {
    why.code = Code::Timeout;
    why.text = fmt::format(
        "{} does not answer: is it switched on, and does a firewall let connections from here through?",
        where);
  } else {
    why.text = fmt::format("{} takes no connection: {}: does an SSH server run on this port?", where,
                           std::strerror(error));
  }
  const std::function<void(Result<Connected>)> done = done_;
  done(tl::make_unexpected(std::move(why)));
}

}  // namespace wharf_paramiko::ssh
