// Arguments -> one command.

#include <cstdio>
#include <cstdlib>
#include <exception>

#include "auth/inquiry/service.h"
#include "cli/verbs.h"
#include "plugin/crash_report.h"

int main(int argc, char** argv) {
  wharf::plugin::install_crash_report();
  const auto run = wharf::cli::parse(argc, argv);
  if (!run) return run.error();
  try {
    const int code = (*run)();
    if (wharf::auth::inquiry::Service::any_left_behind()) {
      std::fflush(nullptr);
      std::_Exit(code);
    }
    return code;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "wharf: this should not have happened: %s\n", error.what());
    return 1;
  }
}
