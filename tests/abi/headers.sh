#!/bin/sh
# Every public header compiles alone, twice in one file, without a warning: as C11 and as C++20, by gcc and clang.
# Usage: headers.sh INCLUDE_DIRECTORY FOLDER_OF_THIS_TEST
set -eu
include=$1
here=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for compiler in gcc g++ clang clang++; do
  command -v $compiler >/dev/null ||
    { echo "$compiler is not installed: the headers promise to work with it. Run scripts/dependencies test."; exit 1; }
done

warnings='-Wall -Wextra -pedantic -Wconversion -Wshadow -Werror'
failures=0

# compile LABEL COMPILER... < source
compile() {
  label=$1
  shift
  # shellcheck disable=SC2086  # several words
  if ! "$@" $warnings -fsyntax-only -I "$include" - 2>"$work/errors"; then
    echo "$label: does not compile"
    cat "$work/errors"
    failures=$((failures + 1))
  fi
}

twice() { printf '#include <wharf/%s>\n#include <wharf/%s>\nint unused_%s;\n' "$1" "$1" "$$"; }

for header in $(cd "$include/wharf" && find . -name '*.h' | sed 's|^\./||'); do
  for compiler in gcc clang; do
    twice "$header" | compile "$header, C11, $compiler" $compiler -std=c11 -x c
  done
done
for header in $(cd "$include/wharf" && find . -name '*.h' -o -name '*.hpp' | sed 's|^\./||'); do
  for compiler in g++ clang++; do
    twice "$header" | compile "$header, C++20, $compiler" $compiler -std=c++20 -x c++
  done
done

# The layout, by the compilers that the build did not use as well.
for compiler in gcc clang; do compile "layout.c, C11, $compiler" $compiler -std=c11 -x c <"$here/layout.c"; done
for compiler in g++ clang++; do compile "layout.c, C++20, $compiler" $compiler -std=c++20 -x c++ <"$here/layout.c"; done

# A plugin in C++ by both.
for compiler in g++ clang++; do
  compile "message.cc, C++20, $compiler" $compiler -std=c++20 -x c++ <"$here/../../plugins/message/message.cc"
done

[ $failures -eq 0 ] || { echo "$failures failed"; exit 1; }
