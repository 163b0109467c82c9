#include "plugin/loader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <system_error>

#include "config/suggest.h"
#include "plugin/image.h"

namespace wharf::plugin {

namespace {

constexpr std::string_view extension = ".so";

std::string join_paths(const std::vector<std::filesystem::path>& paths) {
  std::vector<std::string> texts;
  texts.reserve(paths.size());
  for (const std::filesystem::path& path : paths) texts.push_back(path.string());
  return fmt::format("{}", fmt::join(texts, ", "));
}

// Of a plugin that is not loaded, or not any more.
void remove_copy(const Origin& origin) {
  std::error_code ignored;
  std::filesystem::remove(origin.copy, ignored);
}

}  // namespace

Loader::Loader(std::vector<std::filesystem::path> plugin_path, std::shared_ptr<telemetry::Log> log,
               ProbeSettings probing)
    : plugin_path_(std::move(plugin_path)), log_(std::move(log)), probing_(std::move(probing)) {}

Result<std::filesystem::path> Loader::find(const std::string& consumer) const {
  for (const std::filesystem::path& directory : plugin_path_) {
    std::filesystem::path file = directory / (consumer + std::string(extension));
    std::error_code ignored;
    // A link to nothing is there, too, and what is wrong with it is told.
    if (std::filesystem::exists(std::filesystem::symlink_status(file, ignored))) return file;
  }
  if (plugin_path_.empty()) return failure(fmt::format("no plugin `{}`: plugin_path is empty", consumer));
  std::vector<std::string> names;
  for (const auto& [name, file] : list()) names.push_back(name);
  const std::string remedy =
      names.empty() ? "build it, or add its directory" : config::suggest(consumer, names);
  return failure(
      fmt::format("no {}{} on plugin_path ({}): {}", consumer, extension, join_paths(plugin_path_), remedy));
}

std::map<std::string, std::filesystem::path> Loader::list() const {
  std::map<std::string, std::filesystem::path> plugins;
  for (const std::filesystem::path& directory : plugin_path_) {
    std::error_code error;
    for (std::filesystem::directory_iterator entry(directory, error), end; !error && entry != end;
         entry.increment(error)) {
      const std::filesystem::path& file = entry->path();
      if (file.extension() == extension) plugins.emplace(file.stem().string(), file);
    }
  }
  return plugins;
}

Result<std::shared_ptr<const Generation>> Loader::load(const std::string& consumer, const std::string& sha256,
                                                       Unload unload) {
  const Result<std::filesystem::path> source = find(consumer);
  if (!source) return tl::make_unexpected(source.error());
  const auto about = [&](const Error& error) {
    return failure(fmt::format("plugin `{}` ({}): {}", consumer, source->string(), error.text));
  };

  Result<Origin> origin = copy(consumer, *source);
  if (!origin) return about(origin.error());
  std::weak_ptr<const Generation>& known = loaded_[{consumer, origin->sha256}];
  std::shared_ptr<const Generation> same = known.lock();
  const auto refuse = [&](const Error& error) {
    if (same == nullptr) remove_copy(*origin);
    return about(error);
  };
  if (!sha256.empty() && sha256 != origin->sha256) {
    return refuse({fmt::format("its SHA-256 is {}, and the route takes only {}", origin->sha256, sha256)});
  }
  if (same != nullptr) {
    if (unload == Unload::Never) same->keep();
    return same;
  }
  Result<std::shared_ptr<const Generation>> generation = open(*origin, unload);
  if (!generation) return refuse(generation.error());
  known = *generation;
  if (unload == Unload::WhenIdle) unloadable_.push_back(*generation);
  return generation;
}

void Loader::forget_unused() {
  std::erase_if(unloadable_, [this](std::shared_ptr<const Generation>& generation) {
    if (generation.use_count() > 1) return false;
    log_->info("plugin `{}` {} ({}) is unloaded", generation->name(), generation->consumer().version,
               generation->origin().short_sha());
    const Origin origin = generation->origin();
    generation.reset();
    remove_copy(origin);
    return true;
  });
}

Result<Origin> Loader::copy(const std::string& consumer, const std::filesystem::path& source) {
  if (!directory_) {
    Result<PrivateDirectory> directory = PrivateDirectory::create();
    if (!directory) return tl::make_unexpected(directory.error());
    directory_ = std::move(*directory);
  }
  Result<PrivateCopy> copy = copy_privately(source, consumer, *directory_);
  if (!copy) return tl::make_unexpected(copy.error());
  return Origin{consumer, source, copy->path, copy->sha256};
}

Result<std::shared_ptr<const Generation>> Loader::open(Origin origin, Unload unload) {
  const Result<AbiWords> words = read_image(origin.copy);
  if (!words) return tl::make_unexpected(words.error());
  if (const Result<void> abi = check_abi(*words); !abi) return tl::make_unexpected(abi.error());
  // Its constructors run for the first time where they can do no harm.
  if (const auto tried = probe_in_child(origin, std::nullopt, Unload::Never, probing_); !tried)
    return failure(tried.error().why);

  Result<std::shared_ptr<const Generation>> generation = Generation::open(std::move(origin), unload);
  if (!generation) return generation;
  const wharf_consumer& consumer = (*generation)->consumer();
  const std::string& name = (*generation)->name();
  if (name != consumer.name) {
    log_->warn("plugin `{}` calls itself `{}`: the file's name counts", name,
               telemetry::printable(consumer.name));
  }
  if (consumer.abi_minor > WHARF_ABI_MINOR) {
    log_->warn(
        "plugin `{}` was built for ABI {}.{}, newer than {}.{} of this wharf: what is new it must do without",
        name, consumer.abi_major, consumer.abi_minor, WHARF_ABI_MAJOR, WHARF_ABI_MINOR);
  }
  log_->info("plugin `{}` {} loaded from {}, sha256 {}", name, consumer.version,
             (*generation)->source().string(), (*generation)->sha256());
  return generation;
}

tl::expected<void, CreateRefusal> Loader::probe(const Generation& generation, const std::string& config,
                                                Unload unload) {
  const std::tuple question{Content{generation.name(), generation.sha256()}, config, unload};
  if (agreed_.count(question) > 0) return {};
  tl::expected<void, CreateRefusal> answer = probe_in_child(generation.origin(), config, unload, probing_);
  if (answer) agreed_.insert(question);
  return answer;
}

}  // namespace wharf::plugin
