#include "cli/verbs.h"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "cli/check.h"
#include "cli/plugins.h"
#include "cli/probe_plugin.h"
#include "cli/reload.h"
#include "cli/routes.h"
#include "cli/send.h"
#include "cli/serve.h"
#include "cli/status.h"

namespace wharf::cli {

namespace {

constexpr const char* default_routes = "routes.yaml";

// Where a verb's arguments are put while they are parsed; the verb's `Run` keeps them.
struct Arguments {
  std::string file = default_routes;
  std::string text;
  std::string event;
  std::string sha256;
  std::vector<std::filesystem::path> directories;
  bool load_only = false;
  bool unload = false;
  bool dry_run = false;
};
using Shared = std::shared_ptr<Arguments>;

void routes_file_argument(CLI::App& verb, const Shared& arguments) {
  verb.add_option("routes.yaml", arguments->file, "The routes file")->capture_default_str();
}

void routes_file_option(CLI::App& verb, const Shared& arguments) {
  verb.add_option("--file", arguments->file, "The routes file")->type_name("FILE")->capture_default_str();
}

Run add_check(CLI::App& verb, const Shared& arguments) {
  routes_file_argument(verb, arguments);
  return [arguments] { return check(arguments->file); };
}

Run add_plugins(CLI::App& verb, const Shared& arguments) {
  CLI::Option* directories = verb.add_option("DIRECTORY", arguments->directories,
                                             "Where to look, instead of the plugin_path of the file")
                                 ->type_name("")
                                 ->check(CLI::ExistingDirectory);
  routes_file_option(verb, arguments);
  verb.get_option("--file")->excludes(directories);
  return [arguments] { return plugins(arguments->directories, arguments->file); };
}

Run add_probe_plugin(CLI::App& verb, const Shared& arguments) {
  verb.add_option("COPY", arguments->file)->required();
  verb.add_option("--name", arguments->text)->required();
  verb.add_option("--sha256", arguments->sha256)->required();
  verb.add_flag("--load-only", arguments->load_only);
  verb.add_flag("--unload", arguments->unload);
  return [arguments] {
    return probe_plugin({arguments->text, arguments->file, arguments->file, arguments->sha256},
                        !arguments->load_only,
                        arguments->unload ? plugin::Unload::WhenIdle : plugin::Unload::Never);
  };
}

Run add_reload(CLI::App& verb, const Shared& arguments) {
  routes_file_argument(verb, arguments);
  verb.add_flag("--dry-run", arguments->dry_run, "Only print what would change");
  return [arguments] { return reload(arguments->file, arguments->dry_run); };
}

Run add_routes(CLI::App& verb, const Shared& arguments) {
  verb.add_option("URL", arguments->text, "A URL, or its path")->type_name("")->required();
  routes_file_option(verb, arguments);
  return [arguments] { return routes(arguments->text, arguments->file); };
}

Run add_send(CLI::App& verb, const Shared& arguments) {
  verb.add_option("GROUP", arguments->text, "The group")->type_name("")->required();
  verb.add_option("EVENT", arguments->event, "The event as JSON, with its type")->type_name("")->required();
  routes_file_option(verb, arguments);
  return [arguments] { return send(arguments->text, arguments->event, arguments->file); };
}

Run add_serve(CLI::App& verb, const Shared& arguments) {
  routes_file_argument(verb, arguments);
  return [arguments] { return serve(arguments->file); };
}

Run add_status(CLI::App& verb, const Shared& arguments) {
  routes_file_argument(verb, arguments);
  return [arguments] { return status(arguments->file); };
}

struct Verb {
  const char* name;
  const char* summary;  // empty: for the program itself, not in the help
  Run (*add)(CLI::App& verb, const Shared& arguments);
};

constexpr Verb verbs[] = {
    {"check", "Checks a routes file and tries its plugins", add_check},
    {"plugins", "Lists plugins and what they say about themselves", add_plugins},
    {"probe-plugin", "", add_probe_plugin},
    {"reload", "Makes the running server take up changes", add_reload},
    {"routes", "Shows which route takes a URL, and why", add_routes},
    {"send", "Sends an event to a group through the channel layer", add_send},
    {"serve", "Serves the routes", add_serve},
    {"status", "Shows what the running server serves", add_status},
};

constexpr int usage = 2;

}  // namespace

tl::expected<Run, int> parse(int argc, char** argv) {
  CLI::App app("A WebSocket application server.", "wharf");
  app.set_version_flag("--version", "wharf " WHARF_VERSION);
  app.require_subcommand(0, 1);
  Run chosen;
  for (const Verb& verb : verbs) {
    CLI::App* command = app.add_subcommand(verb.name, verb.summary);
    if (*verb.summary == '\0') command->group("");
    const Run run = verb.add(*command, std::make_shared<Arguments>());
    command->callback([&chosen, run] { chosen = run; });
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return tl::make_unexpected(app.exit(error) == 0 ? 0 : usage);
  }
  if (!chosen) {
    std::fputs(app.help().c_str(), stderr);
    return tl::make_unexpected(usage);
  }
  return chosen;
}

}  // namespace wharf::cli
