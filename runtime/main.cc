// Arguments -> one command.

#include <cstdio>
#include <exception>

#include "cli/verbs.h"
#include "plugin/crash_report.h"

int main(int argc, char** argv) {
  wharf::plugin::install_crash_report();
  const auto run = wharf::cli::parse(argc, argv);
  if (!run) return run.error();
  try {
    return (*run)();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "wharf: this should not have happened: %s\n", error.what());
    return 1;
  }
}
