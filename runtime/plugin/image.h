// Reads what a plugin file says about itself, out of its bytes: no code of the plugin runs, not even its
// constructors, so a file that is broken, foreign or hostile can be refused in peace.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

#include "telemetry/error.h"

namespace wharf::plugin {

// The first words of wharf_consumer_entry.
struct AbiWords {
  uint32_t magic = 0;
  uint32_t major = 0;
  uint32_t minor = 0;
  uint32_t size = 0;
};

// [any-thread] The ABI words of a plugin: an ELF shared object for this machine that exports the constant
// wharf_consumer_entry, in a size that fits them. An error says what is wrong and what to do, without naming
// the file. `image` is the whole file; libelf may write to it, so it is the caller's own copy.
Result<AbiWords> read_image(std::span<char> image);

// [any-thread] The same for a file. Meant for a private copy: a file that shrinks while it is read kills the
// reader.
Result<AbiWords> read_image(const std::filesystem::path& file);

// [any-thread] Whether a host of this ABI can run a plugin with these words.
Result<void> check_abi(const AbiWords& words);

}  // namespace wharf::plugin
