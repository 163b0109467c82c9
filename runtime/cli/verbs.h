// The verbs of the command line: one line each in the table, one file each beside it.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>

namespace wharf::cli {

// Runs what the command line asks for; returns the exit code.
using Run = std::function<int()>;

// [loader] Adds every verb to `app`, and --version. Parsing sets `chosen`.
void add_verbs(CLI::App& app, Run& chosen);

}  // namespace wharf::cli
