#pragma once

#include <filesystem>
#include <string>

namespace wharf::cli {

// Publishes one event, given as JSON, to a group through the channel layer of the routes file.
int send(const std::string& group, const std::string& event, const std::filesystem::path& routes_file);

}  // namespace wharf::cli
