#include "config/include.h"

#include <fmt/format.h>
#include <glob.h>

#include <algorithm>
#include <set>

#include "config/quote.h"
#include "config/scalar.h"

namespace wharf::config {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view wildcards = "*?[\\";

// The directory of the file is no pattern, whatever it is called.
std::string escape(const std::string& directory) {
  std::string out;
  for (char c : directory) {
    if (wildcards.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::vector<std::string> expand(const fs::path& base, const std::string& pattern) {
  std::string whole = pattern.starts_with('/') ? pattern : escape(base.string() + "/") + pattern;
  glob_t found{};
  std::vector<std::string> files;
  if (glob(whole.c_str(), GLOB_NOSORT, nullptr, &found) == 0) {
    files.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  }
  globfree(&found);
  std::sort(files.begin(), files.end());  // by bytes; glob's own order depends on the locale
  return files;
}

std::string name_of(const fs::path& file, const std::string& pattern, const fs::path& base,
                    const std::string& name) {
  if (pattern.starts_with('/')) return file.string();
  return (fs::path(name).parent_path() / file.lexically_relative(base)).string();
}

}  // namespace

std::vector<DropIn> find_drop_ins(const Node& node, const std::filesystem::path& file,
                                  const std::string& name, Findings& findings) {
  std::vector<DropIn> drop_ins;
  std::set<fs::path> seen;
  std::error_code ignored;
  fs::path main_file = fs::weakly_canonical(file, ignored);
  for (const PlacedText& entry : read_texts(node, "include", findings)) {
    std::vector<std::string> files = expand(file.parent_path(), entry.text);
    if (files.empty() && entry.text.find_first_of(wildcards) == std::string::npos) {
      findings.add(entry.place, fmt::format("there is no file {}", quote(entry.text, 200)),
                   "create it, correct the path (it is relative to this file), or write a pattern such as "
                   "routes.d/*.yaml");
    }
    for (const std::string& each : files) {
      fs::path canonical = fs::weakly_canonical(each, ignored);
      if (canonical == main_file) {
        findings.add(entry.place, "the file includes itself", "keep drop-ins in a directory of their own");
      } else if (seen.insert(canonical).second) {
        drop_ins.push_back(
            {each, name_of(each, entry.text, file.parent_path(), name), findings.at(entry.place)});
      }
    }
  }
  return drop_ins;
}

std::vector<DropInPlace> drop_in_places(const Node& node, const fs::path& file) {
  std::vector<Problem> ignored;  // find_drop_ins() has told them
  Findings findings({}, ignored);
  std::vector<DropInPlace> places;
  for (const PlacedText& entry : read_texts(node, "include", findings)) {
    const fs::path pattern = file.parent_path() / entry.text;
    fs::path directory = pattern.parent_path();
    while (directory.string().find_first_of(wildcards) != std::string::npos)
      directory = directory.parent_path();
    places.push_back({directory.lexically_normal(), pattern.filename().string()});
  }
  return places;
}

}  // namespace wharf::config
