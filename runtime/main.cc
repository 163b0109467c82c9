// Arguments -> one command.

#include <CLI/CLI.hpp>

#include <cstdio>
#include <exception>

#include "cli/verbs.h"
#include "plugin/crash_report.h"

int main(int argc, char** argv) {
  wharf::plugin::install_crash_report();
  CLI::App app("A WebSocket application server.", "wharf");
  wharf::cli::Run run;
  wharf::cli::add_verbs(app, run);
  constexpr int usage = 2;
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : usage;
  }
  if (!run) {
    std::fputs(app.help().c_str(), stderr);
    return usage;
  }
  try {
    return run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "wharf: this should not have happened: %s\n", error.what());
    return 1;
  }
}
