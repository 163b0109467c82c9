#include "cli/file_watch.h"

#include <sys/stat.h>

#include <algorithm>
#include <utility>

namespace wharf::cli {

namespace {

// A file that is being written changes many times; one that is written for longer is looked at all the same.
constexpr uint64_t rest_milliseconds = 20;
constexpr uint64_t longest_burst_milliseconds = 500;
constexpr uint64_t search_milliseconds = 1000;

template <class Handle>
void close_and_delete(Handle* handle) {
  uv_close(reinterpret_cast<uv_handle_t*>(handle),
           [](uv_handle_t* closed) { delete reinterpret_cast<Handle*>(closed); });
}

// What a name stands for at the moment.
struct Identity {
  dev_t device = 0;
  ino_t inode = 0;  // 0: nothing
  bool operator==(const Identity&) const = default;
};

Identity identity_of(const std::filesystem::path& directory) {
  struct stat status {};
  return stat(directory.c_str(), &status) == 0 ? Identity{status.st_dev, status.st_ino} : Identity{};
}

}  // namespace

struct FileWatch::Watched {
  uv_fs_event_t event;
  FileWatch* owner;
  std::filesystem::path directory;
  Identity identity;
};

FileWatch::FileWatch(uv_loop_t* loop, std::function<void()> changed)
    : loop_(loop), changed_(std::move(changed)), rest_(new uv_timer_t), search_(new uv_timer_t) {
  uv_timer_init(loop_, rest_);
  uv_timer_init(loop_, search_);
  rest_->data = search_->data = this;
  uv_timer_start(
      search_, [](uv_timer_t* timer) { static_cast<FileWatch*>(timer->data)->look_for_others(); },
      search_milliseconds, search_milliseconds);
}

FileWatch::~FileWatch() {
  while (!watched_.empty()) drop(watched_.begin()->first);
  close_and_delete(rest_);
  close_and_delete(search_);
}

void FileWatch::watch(std::vector<std::filesystem::path> directories,
                      std::function<bool(const std::string&)> concerns) {
  directories_ = std::move(directories);
  concerns_ = std::move(concerns);
  const auto wanted = [this](const std::filesystem::path& directory) {
    return std::find(directories_.begin(), directories_.end(), directory) != directories_.end();
  };
  std::vector<std::filesystem::path> unwanted;
  for (const auto& [directory, watched] : watched_) {
    if (!wanted(directory)) unwanted.push_back(directory);
  }
  for (const std::filesystem::path& directory : unwanted) drop(directory);
  for (const std::filesystem::path& directory : directories_) {
    if (renew(directory)) note();
  }
}

void FileWatch::add(const std::filesystem::path& directory) {
  // Before it is watched: if it is replaced in between, that is seen later, and not never.
  Watched* watched = new Watched{{}, this, directory, identity_of(directory)};
  uv_fs_event_init(loop_, &watched->event);
  watched->event.data = watched;
  const int error = uv_fs_event_start(
      &watched->event,
      [](uv_fs_event_t* event, const char* name, int, int) {
        Watched* of = static_cast<Watched*>(event->data);
        of->owner->happened(of->directory, name);
      },
      directory.c_str(), 0);
  watched_.emplace(directory, watched);
  if (error != 0) drop(directory);
}

void FileWatch::drop(const std::filesystem::path& directory) {
  auto found = watched_.find(directory);
  if (found == watched_.end()) return;
  Watched* watched = found->second;
  watched_.erase(found);
  uv_close(reinterpret_cast<uv_handle_t*>(&watched->event),
           [](uv_handle_t* handle) { delete static_cast<Watched*>(handle->data); });
}

// Returns whether anything but the same directory is watched under this name now.
bool FileWatch::renew(const std::filesystem::path& directory) {
  const auto found = watched_.find(directory);
  const bool was_watched = found != watched_.end();
  if (was_watched && found->second->identity == identity_of(directory)) return false;
  drop(directory);
  add(directory);
  return was_watched || watched_.contains(directory);
}

void FileWatch::happened(const std::filesystem::path& directory, const char* name) {
  std::error_code ignored;
  // The directory itself was moved, removed or given other rights. It is watched anew, whatever it is now,
  // when what has changed has been looked at.
  if (name != nullptr && directory.filename() == name &&
      (*name == '\0' || !std::filesystem::exists(directory / name, ignored))) {
    drop(std::filesystem::path(directory));
    note();
    return;
  }
  if (name == nullptr || concerns_(name) || std::filesystem::is_symlink(directory / name, ignored)) note();
}

void FileWatch::look_for_others() {
  for (const std::filesystem::path& directory : directories_) {
    if (renew(directory)) note();
  }
}

void FileWatch::note() {
  const uint64_t now = uv_now(loop_);
  if (burst_began_ == 0) burst_began_ = now;
  const uint64_t left =
      burst_began_ + longest_burst_milliseconds > now ? burst_began_ + longest_burst_milliseconds - now : 0;
  uv_timer_start(
      rest_,
      [](uv_timer_t* timer) {
        FileWatch* self = static_cast<FileWatch*>(timer->data);
        self->burst_began_ = 0;
        self->changed_();
      },
      std::min(rest_milliseconds, left), 0);
}

}  // namespace wharf::cli
