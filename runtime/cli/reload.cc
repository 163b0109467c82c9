#include "cli/reload.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <string>

#include "cli/admin_client.h"

namespace wharf::cli {

int reload(const std::filesystem::path& routes_file, bool dry_run) {
  const Result<AdminReply> reply =
      dry_run ? ask_admin(routes_file, "GET", "/diff") : ask_admin(routes_file, "POST", "/reload");
  const nlohmann::json outcome = nlohmann::json::parse(reply ? reply->body : "", nullptr, false);
  if (!outcome.is_object()) {
    fmt::print(stderr, "wharf reload: {}\n", reply ? reply->body : reply.error().text);
    return 1;
  }
  for (const auto& line : outcome["problems"]) fmt::print(stderr, "{}\n", line.get<std::string>());
  if (!outcome["problems"].empty()) {
    fmt::print(stderr, "refused; nothing has changed\n");
    return 1;
  }
  for (const auto& line : outcome["warnings"]) fmt::print("! {}\n", line.get<std::string>());
  for (const auto& line : outcome["taken"]) fmt::print("{}\n", line.get<std::string>());
  if (!dry_run && !outcome["taken"].empty()) {
    fmt::print("no socket waited for longer than {:.3f} ms\n", outcome["longest_pause_ms"].get<double>());
  }
  for (const auto& key : outcome["later"]) {
    fmt::print("! {}: taken up at the next start\n", key.get<std::string>());
  }
  if (outcome["taken"].empty() && outcome["later"].empty()) fmt::print("nothing has changed\n");
  return 0;
}

}  // namespace wharf::cli
