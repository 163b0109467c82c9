// A generation: one loaded copy of a plugin file. The operator's file is opened once, copied to a private
// directory under a name made of its content, checked there, and only the copy is ever loaded. The mapping
// stays until the process ends, since dlclose cannot be relied on, unless the operator wants it otherwise and
// the plugin has passed the trial for that (probe.h).
#pragma once

#include <wharf/consumer.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/error.h"

namespace wharf::plugin {

// Where a generation comes from.
struct Origin {
  std::string name;              // as routes name it
  std::filesystem::path source;  // the operator's file
  std::filesystem::path copy;    // the private copy, which is what is loaded
  std::string sha256;            // of the content, lower-case hex

  // For people.
  std::string_view short_sha() const { return std::string_view(sha256).substr(0, 8); }
};

// What becomes of the mapping when nobody uses a generation any more.
enum class Unload { Never, WhenIdle };

// Immutable after load; shared by every instance that runs its code. [any-thread]
class Generation {
 public:
  // [loader] Loads the copy, whose image has been checked: the constructors of the plugin run here. An error
  // says what is wrong and what to do, without naming the file.
  static Result<std::shared_ptr<const Generation>> open(Origin origin, Unload unload);
  // Unload::WhenIdle: unmaps the code, whose destructors run here. So the last to hold it is the loader.
  ~Generation();
  Generation(const Generation&) = delete;
  Generation& operator=(const Generation&) = delete;

  const wharf_consumer& consumer() const { return consumer_; }
  const Origin& origin() const { return origin_; }
  const std::string& name() const { return origin_.name; }
  const std::filesystem::path& source() const { return origin_.source; }
  const std::string& sha256() const { return origin_.sha256; }
  std::chrono::system_clock::time_point loaded_at() const { return loaded_at_; }
  // From now on it is Unload::Never. [loader]
  void keep() const;
  // In order of preference.
  const std::vector<std::string_view>& subprotocols() const { return subprotocols_; }

 private:
  Generation(Origin origin, void* library, Unload unload, const wharf_consumer& consumer,
             std::vector<std::string_view> subprotocols);

  Origin origin_;
  void* library_;
  Unload unload_;
  std::chrono::system_clock::time_point loaded_at_ = std::chrono::system_clock::now();
  const wharf_consumer& consumer_;
  std::vector<std::string_view> subprotocols_;
};

}  // namespace wharf::plugin
