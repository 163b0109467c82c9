#include "known_hosts.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

#include "base64.h"
#include "glob.h"
#include "host_key.h"
#include "names.h"

namespace wharf_paramiko::ssh {

namespace {

constexpr size_t largest_file = 16 << 20;

std::string name_with_port(std::string_view host, uint16_t port) {
  return port == 22 ? lower(host) : fmt::format("[{}]:{}", lower(host), port);
}

// The next word of a line, which is shortened by it.
std::string_view word(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  const size_t end = std::min(line.find_first_of(" \t"), line.size());
  const std::string_view taken = line.substr(0, end);
  line.remove_prefix(end);
  return taken;
}

// `|1|salt|hash`, both in base64: HMAC-SHA1 of the name under the salt.
bool hash_matches(std::string_view hashed, const std::string& name) {
  hashed.remove_prefix(3);
  const size_t bar = hashed.find('|');
  if (bar == std::string_view::npos) return false;
  const std::optional<std::string> salt = from_base64(hashed.substr(0, bar));
  const std::optional<std::string> hash = from_base64(hashed.substr(bar + 1));
  if (!salt || !hash) return false;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (HMAC(EVP_sha1(), salt->data(), static_cast<int>(salt->size()),
           reinterpret_cast<const unsigned char*>(name.data()), name.size(), digest.data(),
           &size) == nullptr) {
    return false;
  }
  return *hash == std::string_view(reinterpret_cast<const char*>(digest.data()), size);
}

bool has(const std::vector<std::string>& keys, std::string_view blob) {
  return std::find(keys.begin(), keys.end(), blob) != keys.end();
}

class File {
 public:
  File(const std::string& path, int flags) : fd_(open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (fd_ >= 0) close(fd_);
  }
  int fd() const { return fd_; }

 private:
  int fd_;
};

}  // namespace

KnownHost::KnownHost(std::string_view host, uint16_t port) : name_(name_with_port(host, port)) {
  if (port != 22) plain_ = lower(host);
}

bool KnownHost::is_about(std::string_view patterns, const std::string& name) const {
  if (name.empty()) return false;
  bool found = false;
  for (std::string_view pattern : split_names(patterns)) {
    const bool negated = pattern.front() == '!';
    if (negated) pattern.remove_prefix(1);
    const bool matches =
        pattern.starts_with("|1|") ? hash_matches(pattern, name) : glob_matches(lower(pattern), name);
    if (matches && negated) return false;
    found = found || matches;
  }
  return found;
}

void KnownHost::add_line(std::string_view line) {
  std::string_view names = word(line);
  if (names.empty() || names.front() == '#') return;
  std::string_view marker;
  if (names.front() == '@') {
    marker = names;
    names = word(line);
  }
  const bool by_name = is_about(names, name_);
  if (!by_name && !is_about(names, plain_)) return;
  if (marker == "@cert-authority") {
    certified_ = true;
    return;
  }
  const std::string_view type = word(line);
  std::optional<std::string> blob = from_base64(word(line));
  if (!blob || type.empty() || key_type(*blob) != type) return;
  if (marker == "@revoked") {
    revoked_.push_back(std::move(*blob));
  } else if (marker.empty()) {
    (by_name ? keys_ : keys_without_port_).push_back(std::move(*blob));
  }
}

void KnownHost::add_lines(std::string_view text) {
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    add_line(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

Result<void> KnownHost::add_file(const std::string& path) {
  // A FIFO in its place must not keep the thread.
  const File file(path, O_RDONLY | O_NONBLOCK);
  const auto unreadable = [&](std::string_view why) {
    return failure(Code::HostKey,
                   fmt::format("the known hosts in {} cannot be read: {}: until they can be, no host "
                               "is trusted",
                               path, why));
  };
  if (file.fd() < 0) {
    if (errno == ENOENT) return {};
    return unreadable(std::strerror(errno));
  }
  std::string text;
  std::array<char, 16384> buffer;
  for (;;) {
    const ssize_t size = ::read(file.fd(), buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return unreadable(std::strerror(errno));
    if (size == 0) break;
    text.append(buffer.data(), static_cast<size_t>(size));
    if (text.size() > largest_file) return unreadable("it is larger than 16 MiB");
  }
  add_lines(text);
  return {};
}

KnownHost::Verdict KnownHost::check(std::string_view blob) const {
  if (has(revoked_, blob)) return Verdict::Revoked;
  if (has(keys_, blob) || has(keys_without_port_, blob)) return Verdict::Known;
  return keys_.empty() ? Verdict::Unknown : Verdict::Changed;
}

std::vector<std::string> KnownHost::types() const {
  std::vector<std::string> types;
  for (const std::vector<std::string>* keys : {&keys_, &keys_without_port_}) {
    for (const std::string& blob : *keys) types.emplace_back(key_type(blob));
  }
  return types;
}

std::vector<std::string> KnownHost::fingerprints() const {
  std::vector<std::string> all;
  for (const std::string& blob : keys_) all.push_back(fingerprint(blob));
  return all;
}

Result<void> remember_host(const std::vector<std::string>& files, std::string_view host, uint16_t port,
                           std::string_view blob) {
  std::string why = "`known_hosts.files` names none";
  for (const std::string& path : files) {
    const File file(path, O_RDWR | O_APPEND | O_CREAT | O_NONBLOCK | O_NOFOLLOW);
    if (file.fd() < 0) {
      why = fmt::format("{}: {}", path, std::strerror(errno));
      continue;
    }
    // Somebody's last line may lack its end. One write, so that no other process gets in between.
    char last = '\n';
    const off_t size = lseek(file.fd(), 0, SEEK_END);
    if (size > 0 && pread(file.fd(), &last, 1, size - 1) != 1) last = '\n';
    const std::string line = fmt::format("{}{} {} {}\n", last == '\n' ? "" : "\n", name_with_port(host, port),
                                         key_type(blob), base64(blob));
    if (::write(file.fd(), line.data(), line.size()) == static_cast<ssize_t>(line.size())) return {};
    why = fmt::format("{}: {}", path, std::strerror(errno));
  }
  return failure(Code::HostKey,
                 fmt::format("the key of {} cannot be written down: {}: it will be asked for again",
                             name_with_port(host, port), why));
}

}  // namespace wharf_paramiko::ssh
