#include "plugin/generation.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <utility>

#include "plugin/crash_report.h"
#include "plugin/entry.h"

namespace wharf::plugin {

namespace {

// What dlerror() says, without the name of the private copy, which tells an operator nothing.
std::string loading_error(const std::filesystem::path& copy) {
  const char* text = dlerror();
  std::string reason = text == nullptr ? "no reason given" : text;
  const std::string prefix = copy.string() + ": ";
  if (reason.compare(0, prefix.size(), prefix) == 0) reason.erase(0, prefix.size());
  return reason;
}

constexpr int flags = RTLD_NOW | RTLD_LOCAL;

int flags_of(Unload unload) { return unload == Unload::Never ? flags | RTLD_NODELETE : flags; }

}  // namespace

Result<std::shared_ptr<const Generation>> Generation::open(Origin origin, Unload unload) {
  // Every symbol now, so that a missing one is found here and not in the middle of a connection.
  void* library = [&] {
    CallbackScope scope(origin, "constructor");
    return dlopen(origin.copy.c_str(), flags_of(unload));
  }();
  if (library == nullptr) {
    return failure(
        fmt::format("it cannot be loaded: {}: link what it needs into it, or install the library that has it",
                    loading_error(origin.copy)));
  }
  const void* entry = dlsym(library, "wharf_consumer_entry");
  if (entry == nullptr) return failure("it exports no `wharf_consumer_entry`");
  const wharf_consumer& consumer = *static_cast<const wharf_consumer*>(entry);
  Result<std::vector<std::string_view>> subprotocols = check_entry(consumer);
  if (!subprotocols) return tl::make_unexpected(subprotocols.error());
  return std::shared_ptr<const Generation>(
      new Generation(std::move(origin), library, unload, consumer, std::move(*subprotocols)));
}

Generation::Generation(Origin origin, void* library, Unload unload, const wharf_consumer& consumer,
                       std::vector<std::string_view> subprotocols)
    : origin_(std::move(origin)),
      library_(library),
      unload_(unload),
      consumer_(consumer),
      subprotocols_(std::move(subprotocols)) {}

Generation::~Generation() {
  if (unload_ == Unload::Never) return;
  CallbackScope scope(origin_, "destructor");
  dlclose(library_);
}

// glibc keeps what was once opened with RTLD_NODELETE, whatever is closed later.
void Generation::keep() const { dlopen(origin_.copy.c_str(), flags_of(Unload::Never)); }

}  // namespace wharf::plugin
