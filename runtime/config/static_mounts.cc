#include "config/static_mounts.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <system_error>

#include "config/quote.h"
#include "config/scalar.h"
#include "config/section.h"

namespace wharf::config {

namespace {

namespace fs = std::filesystem;

constexpr size_t longest_url = 255;  // libwebsockets keeps the length of a mount point in one byte

bool is_path_character(char c) {
  return c > 0x20 && c < 0x7f && std::string_view("?#%").find(c) == std::string_view::npos;
}

// "/a/" and "/a" are one place.
std::string without_final_slash(std::string url) {
  while (url.size() > 1 && url.ends_with('/')) url.pop_back();
  return url;
}

bool check_url(const Node::Entry& entry, Findings& findings) {
  if (!entry.key.starts_with('/')) {
    findings.add(entry.place, fmt::format("{} is no path of a URL", quote(entry.key)),
                 "begin it with a slash");
    return false;
  }
  if (entry.key.size() > longest_url || !std::all_of(entry.key.begin(), entry.key.end(), is_path_character)) {
    findings.add(
        entry.place, fmt::format("{} cannot be a mount point", quote(entry.key)),
        fmt::format("write at most {} printable ASCII characters without `?`, `#` and `%`", longest_url));
    return false;
  }
  return true;
}

std::optional<fs::path> read_directory(const Node::Entry& entry, const fs::path& base, Findings& findings) {
  std::optional<std::string> text = read_text(*entry.value, entry.key, findings);
  if (!text) return std::nullopt;
  fs::path directory = (base / *text).lexically_normal();
  std::error_code error;
  if (!fs::is_directory(directory, error)) {
    findings.add(entry.value->place, fmt::format("there is no directory {}", quote(directory.string(), 200)),
                 "create it, or correct the path; it is relative to this file");
    return std::nullopt;
  }
  return directory;
}

}  // namespace

void read_static_mounts(const Node& node, const std::filesystem::path& base, std::vector<StaticMount>& mounts,
                        Findings& findings) {
  Section section(node, "`static`", findings);  // reports what is no map
  for (const Node::Entry& entry : node.entries) {
    bool good_url = check_url(entry, findings);
    std::optional<fs::path> directory = read_directory(entry, base, findings);
    if (!good_url || !directory) continue;
    std::string url = without_final_slash(entry.key);
    auto same = [&url](const StaticMount& mount) { return mount.url == url; };
    if (std::any_of(mounts.begin(), mounts.end(), same)) {
      findings.add(entry.place, fmt::format("duplicate mount point {}", quote(entry.key)),
                   "keep one of the two");
      continue;
    }
    mounts.push_back({url, *directory, findings.at(entry.place)});
  }
}

}  // namespace wharf::config
