#include "cli/status.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <string>

#include "cli/admin_client.h"

namespace wharf::cli {

namespace {

std::string age(uint64_t seconds) {
  constexpr uint64_t minute = 60;
  constexpr uint64_t hour = 60 * minute;
  constexpr uint64_t day = 24 * hour;
  if (seconds >= 2 * day) return fmt::format("{} d", seconds / day);
  if (seconds >= 2 * hour) return fmt::format("{} h", seconds / hour);
  if (seconds >= 2 * minute) return fmt::format("{} min", seconds / minute);
  return fmt::format("{} s", seconds);
}

}  // namespace

int status(const std::filesystem::path& routes_file) {
  const Result<AdminReply> reply = ask_admin(routes_file, "GET", "/status");
  const nlohmann::json status = nlohmann::json::parse(reply ? reply->body : "", nullptr, false);
  if (!status.is_object()) {
    fmt::print(stderr, "wharf status: {}\n", reply ? reply->body : reply.error().text);
    return 1;
  }
  const nlohmann::json& layer = status["channel_layer"];
  fmt::print("wharf {}, {} connections, channel layer {}, {} events lost\n",
             status["version"].get<std::string>(), status["connections"].get<uint64_t>(),
             layer["available"].get<bool>() ? "available" : "away", layer["lost"].get<uint64_t>());
  for (const nlohmann::json& route : status["routes"]) {
    fmt::print("  {:<4} {}  {} {} ({})  {} connections  loaded {} ago{}\n", route["kind"].get<std::string>(),
               route["pattern"].get<std::string>(), route["consumer"].get<std::string>(),
               route["version"].get<std::string>(), route["sha256"].get<std::string>().substr(0, 8),
               route["connections"].get<uint64_t>(), age(route["age"].get<uint64_t>()),
               route["current"].get<bool>() ? "" : "  replaced");
  }
  return 0;
}

}  // namespace wharf::cli
