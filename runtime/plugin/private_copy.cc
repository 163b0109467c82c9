#include "plugin/private_copy.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
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

Result<off_t> check_source(int source) {
  struct stat status {};
  if (fstat(source, &status) != 0) return failure(fmt::format("it cannot be examined: {}", last_error()));
  if (Result<void> trusted = trust_file(status); !trusted) return tl::make_unexpected(trusted.error());
  if (status.st_size == 0) return failure("it is empty: copy it again");
  if (status.st_size > largest_plugin) return failure("it is larger than 1 GiB: that is no plugin");
  return status.st_size;
}

Result<void> write_all(int target, const char* data, size_t size) {
  while (size > 0) {
    const ssize_t written = write(target, data, size);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      const char* remedy = errno == ENOSPC || errno == EDQUOT ? ": make room there" : "";
      return failure(fmt::format("its private copy cannot be written: {}{}", last_error(), remedy));
    }
    data += written;
    size -= static_cast<size_t>(written);
  }
  return {};
}

// Copies to the end of `source`, which must come after `size` bytes; answers with the SHA-256 of them.
Result<std::string> copy_and_hash(int source, int target, off_t size) {
  std::unique_ptr<EVP_MD_CTX, DigestFree> digest(EVP_MD_CTX_new());
  if (!digest || EVP_DigestInit_ex(digest.get(), EVP_sha256(), nullptr) != 1) {
    return failure("OpenSSL offers no SHA-256 here");
  }
  std::vector<char> buffer(256 << 10);
  off_t copied = 0;
  while (true) {
    const ssize_t got = read(source, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failure(fmt::format("it cannot be read: {}", last_error()));
    if (got == 0) break;
    copied += got;
    if (copied > size) break;
    EVP_DigestUpdate(digest.get(), buffer.data(), static_cast<size_t>(got));
    if (Result<void> written = write_all(target, buffer.data(), static_cast<size_t>(got)); !written) {
      return tl::make_unexpected(written.error());
    }
  }
  if (copied != size) return failure("it changed while it was read: try again when it has been written");
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
  if (from.get() < 0) return failure(fmt::format("it cannot be opened: {}", last_error()));
  const Result<off_t> size = check_source(from.get());
  if (!size) return tl::make_unexpected(size.error());
  if (Result<void> trusted = trust_directories_of(source); !trusted)
    return tl::make_unexpected(trusted.error());

  std::string partial = (directory.path() / "partial-XXXXXX").string();
  const Descriptor to(mkostemp(partial.data(), O_CLOEXEC));
  if (to.get() < 0) return failure(fmt::format("its private copy cannot be made: {}", last_error()));
  Result<std::string> sha256 = copy_and_hash(from.get(), to.get(), *size);
  if (!sha256) {
    unlink(partial.c_str());
    return tl::make_unexpected(sha256.error());
  }

  PrivateCopy copy{directory.path() / fmt::format("{}-{}.so", name, sha256->substr(0, 16)), *sha256};
  // A copy that is there already may be mapped; it stays the file that it is.
  if (std::filesystem::exists(copy.path)) {
    unlink(partial.c_str());
    return copy;
  }
  if (fchmod(to.get(), S_IRUSR | S_IXUSR) != 0 || rename(partial.c_str(), copy.path.c_str()) != 0) {
    const std::string reason = last_error();
    unlink(partial.c_str());
    return failure(fmt::format("its private copy cannot be made: {}", reason));
  }
  return copy;
}

}  // namespace wharf::plugin
