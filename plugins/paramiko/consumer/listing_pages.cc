#include "consumer/listing_pages.h"

#include <algorithm>
#include <utility>

namespace wharf_paramiko {

namespace {

namespace server = terminal::server;

constexpr size_t page = 256;                        // entries
constexpr uint64_t enough = 32 << 10;               // bytes that wait for a socket
constexpr std::chrono::milliseconds look_again{5};  // whether they still do

char type_of(ssh::FileAttributes::Kind kind) {
  switch (kind) {
    case ssh::FileAttributes::Kind::File:
      return 'f';
    case ssh::FileAttributes::Kind::Directory:
      return 'd';
    case ssh::FileAttributes::Kind::Link:
      return 'l';
    case ssh::FileAttributes::Kind::Other:
      break;
  }
  return 'o';
}

}  // namespace

server::FileEntry to_message(const std::string& name, const ssh::FileAttributes& attributes) {
  return {name, type_of(attributes.kind), attributes.size, attributes.modified, attributes.mode};
}

void ListingPages::add(wharf_connection to, uint64_t id, ssh::Listing listing) {
  listings_.push_back({to, id, std::move(listing)});
  if (again_ == nullptr) send();
}

void ListingPages::send() {
  again_.reset();
  while (!listings_.empty()) {
    Waiting& next = listings_.front();
    if (loop_.host().buffered(next.to) >= enough) {
      again_ = loop_.timer(look_again, [this] { send(); });
      return;
    }
    send_page(next);
    if (next.sent == next.listing.entries.size()) listings_.pop_front();
  }
}

void ListingPages::send_page(Waiting& next) {
  const std::vector<ssh::DirectoryEntry>& all = next.listing.entries;
  server::SftpAnswer::Entries entries;
  for (const size_t end = std::min(all.size(), next.sent + page); next.sent < end; ++next.sent) {
    entries.entries.push_back(to_message(all[next.sent].name, all[next.sent].attributes));
  }
  entries.more = next.sent < all.size();
  entries.truncated = !entries.more && !next.listing.complete;
  send_(next.to, terminal::compose(server::SftpAnswer{next.id, std::move(entries)}));
}

}  // namespace wharf_paramiko
