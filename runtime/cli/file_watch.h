// Tells when files of a server have changed: its routes file, the drop-ins, the plugins, the
// certificates. Directories are
// watched and not files, since editors and package managers put a new file in the place of the old one. A
// directory may be replaced as well, itself or one above it, or the link that it is.
#pragma once

#include <uv.h>

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace wharf::cli {

// [loader] Everything; `changed` comes from the loop, once a burst of changes has come to rest.
class FileWatch {
 public:
  FileWatch(uv_loop_t* loop, std::function<void()> changed);
  ~FileWatch();
  FileWatch(const FileWatch&) = delete;
  FileWatch& operator=(const FileWatch&) = delete;

  // Watches these directories and no others, for files of which `concerns` says so, and for links, which may
  // be the way to such a file. What has changed before a directory was watched is told once it is. A
  // directory that is not there, or is another one by now, is looked for once a second.
  void watch(std::vector<std::filesystem::path> directories,
             std::function<bool(const std::string& name)> concerns);

 private:
  void add(const std::filesystem::path& directory);
  void drop(const std::filesystem::path& directory);
  void happened(const std::filesystem::path& directory, const char* name);
  bool renew(const std::filesystem::path& directory);
  void look_for_others();
  void note();

  uv_loop_t* loop_;
  std::function<void()> changed_;
  std::function<bool(const std::string&)> concerns_;
  std::vector<std::filesystem::path> directories_;
  struct Watched;
  std::map<std::filesystem::path, Watched*> watched_;  // each outlives its place here until it is closed
  uv_timer_t* rest_;
  uv_timer_t* search_;
  uint64_t burst_began_ = 0;  // 0: there is none
};

}  // namespace wharf::cli
