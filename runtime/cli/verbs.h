// The command line: its verbs are one line each in a table, and one file each beside it.
#pragma once

#include <tl/expected.hpp>

#include <functional>

namespace wharf::cli {

// Runs what the command line asks for; returns the exit code.
using Run = std::function<int()>;

// [loader] One that asks for nothing, for help, or for what there is not, is answered at once: the error is
// the exit code.
tl::expected<Run, int> parse(int argc, char** argv);

}  // namespace wharf::cli
