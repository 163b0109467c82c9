#include "plugin/private_copy.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "plugin/descriptor.h"
#include "plugin/trust.h"

namespace wharf::plugin {

namespace {

constexpr off_t largest_plugin = off_t{1} << 30;

struct DigestFree {
  void operator()(EVP_MD_CTX* digest) const { EVP_MD_CTX_free(digest); }
};

std::string last_error() { return std::strerror(errno); }

std::string hex(std::span<const unsigned char> bytes) {
  std::string text;
  for (unsigned char byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

const char* remedy_of(int error) {
  if (error == EACCES) return ": give the user of this server the right to read it";
  if (error == ENOENT || error == ELOOP) return ": put the plugin there, or mend the link";
  return "";
}

Result<void> check_source(int source) {
  struct stat status {};
  if (fstat(source, &status) != 0) return failure(fmt::format("it cannot be examined: {}", last_error()));
  if (Result<void> trusted = trust_file(status); !trusted) return tl::make_unexpected(trusted.error());
  if (status.st_size == 0) return failure("it is empty or cut off: copy it again");
  return {};
}

// Why there can be no copy in `directory`, by errno.
tl::unexpected<Error> no_copy_in(const std::filesystem::path& directory) {
  const bool full = errno == ENOSPC || errno == EDQUOT;
  return failure(fmt::format("its private copy cannot be written to {}: {}{}", directory.string(),
                             last_error(), full ? ": make room there" : ""));
}

bool write_all(int target, std::span<const char> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(target, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes = bytes.subspan(static_cast<size_t>(written));
  }
  return true;
}

using Sink = std::function<Result<void>(std::span<const char>)>;

// Reads `source` to its end; answers with the SHA-256 of what `sink` got. A file that somebody is writing
// meanwhile is as long as it was found: whether that was all of it is seen in the copy.
Result<std::string> read_and_hash(int source, const Sink& sink) {
  std::unique_ptr<EVP_MD_CTX, DigestFree> digest(EVP_MD_CTX_new());
  if (!digest || EVP_DigestInit_ex(digest.get(), EVP_sha256(), nullptr) != 1) {
    return failure("OpenSSL offers no SHA-256 here");
  }
  if (lseek(source, 0, SEEK_SET) != 0) return failure(fmt::format("it cannot be read: {}", last_error()));
  std::vector<char> buffer(256 << 10);
  off_t copied = 0;
  while (true) {
    const ssize_t got = read(source, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failure(fmt::format("it cannot be read: {}", last_error()));
    if (got == 0) break;
    copied += got;
    if (copied > largest_plugin) return failure("it is larger than 1 GiB: that is no plugin");
    const std::span<const char> bytes(buffer.data(), static_cast<size_t>(got));
    EVP_DigestUpdate(digest.get(), bytes.data(), bytes.size());
    if (Result<void> taken = sink(bytes); !taken) return tl::make_unexpected(taken.error());
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> sum{};
  unsigned length = 0;
  EVP_DigestFinal_ex(digest.get(), sum.data(), &length);
  return hex({sum.data(), length});
}

}  // namespace

Result<PrivateCopy> copy_privately(const std::filesystem::path& source, const std::string& name,
                                   const PrivateDirectory& directory) {
  // Not to be held up by a FIFO, whatever the name promises.
  const Descriptor from(open(source.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (from.get() < 0)
    return failure(fmt::format("it cannot be opened: {}{}", last_error(), remedy_of(errno)));
  if (Result<void> fit = check_source(from.get()); !fit) return tl::make_unexpected(fit.error());
  if (Result<void> trusted = trust_directories_of(source); !trusted)
    return tl::make_unexpected(trusted.error());

  const auto copy_of = [&](const std::string& sha256) {
    return PrivateCopy{directory.path() / fmt::format("{}-{}.so", name, sha256.substr(0, 16)), sha256};
  };
  // Mostly there is one already, and no room is needed.
  const Result<std::string> known =
      read_and_hash(from.get(), [](std::span<const char>) { return Result<void>(); });
  if (!known) return tl::make_unexpected(known.error());
  if (PrivateCopy copy = copy_of(*known); std::filesystem::exists(copy.path)) return copy;

  std::string partial = (directory.path() / "partial-XXXXXX").string();
  const Descriptor to(mkostemp(partial.data(), O_CLOEXEC));
  if (to.get() < 0) return no_copy_in(directory.path());
  const auto write_to_copy = [&](std::span<const char> bytes) -> Result<void> {
    if (!write_all(to.get(), bytes)) return no_copy_in(directory.path());
    return {};
  };
  // Hashed once more, since by now the file may be another one.
  const Result<std::string> sha256 = read_and_hash(from.get(), write_to_copy);
  if (!sha256) {
    unlink(partial.c_str());
    return tl::make_unexpected(sha256.error());
  }
  PrivateCopy copy = copy_of(*sha256);
  // A copy that is there already may be mapped; it stays the file that it is.
  if (std::filesystem::exists(copy.path)) {
    unlink(partial.c_str());
    return copy;
  }
  if (fchmod(to.get(), S_IRUSR | S_IXUSR) != 0 || rename(partial.c_str(), copy.path.c_str()) != 0) {
    tl::unexpected<Error> error = no_copy_in(directory.path());
    unlink(partial.c_str());
    return error;
  }
  return copy;
}

}  // namespace wharf::plugin
