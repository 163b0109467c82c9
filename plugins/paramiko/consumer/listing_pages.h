// Long listings, in pieces: what is typed must not wait behind ten thousand names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "consumer/host_loop.h"
#include "ssh/sftp.h"
#include "terminal/server_messages.h"

namespace wharf_paramiko {

terminal::server::FileEntry to_message(const std::string& name, const ssh::FileAttributes& attributes);

// [worker] of the terminal.
class ListingPages {
 public:
  using Send = std::function<void(wharf_connection to, const std::string& message)>;
  // `loop` outlives it.
  ListingPages(HostLoop& loop, Send send) : loop_(loop), send_(std::move(send)) {}

  // The answer to the question `id` of that socket: a page whenever little waits for it.
  void add(wharf_connection to, uint64_t id, ssh::Listing listing);
  size_t waiting() const { return listings_.size(); }

 private:
  struct Waiting {
    wharf_connection to;
    uint64_t id;
    ssh::Listing listing;
    size_t sent = 0;  // entries
  };

  void send();
  void send_page(Waiting& next);

  HostLoop& loop_;
  const Send send_;
  std::deque<Waiting> listings_;
  std::unique_ptr<ssh::Loop::Handle> again_;
};

}  // namespace wharf_paramiko
