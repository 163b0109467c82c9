#!/bin/sh
# The smallest plugin builds by its own Makefile against what `meson install` installs for developers, and nothing
# else: from a copy outside of this tree, with the header found by pkg-config.
# Usage: out_of_tree.sh BUILD_DIRECTORY SOURCE_DIRECTORY IMAGE_PROGRAM
# shellcheck disable=SC2046  # pkg-config prints several words
set -eu
build=$1
source=$2
image=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

meson install -C "$build" --no-rebuild --tags devel --destdir "$work/root" >"$work/log" 2>&1 ||
  { cat "$work/log"; exit 1; }
description=$(find "$work/root" -name wharf.pc)
[ -n "$description" ] || { echo "wharf.pc was not installed"; exit 1; }

export PKG_CONFIG_PATH="${description%/*}" PKG_CONFIG_SYSROOT_DIR="$work/root" PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1
[ "$(pkg-config --variable=abi wharf)" = 1 ] || { echo "wharf.pc does not say abi=1"; exit 1; }

cp -r "$source/plugins/hello" "$work/hello"
make -C "$work/hello" CFLAGS='-O2 -Werror'
"$image" "$work/hello/hello.so"

# What is installed is all that it includes of ours.
${CC:-cc} $(pkg-config --cflags wharf) -M "$work/hello/hello.c" | tr ' ' '\n' | grep 'wharf/' >"$work/used"
while read -r header; do
  case $header in "$work/root"/*) ;; *) echo "hello.c includes $header"; exit 1 ;; esac
done <"$work/used"

# A plugin in C++, by the installed headers.
for header in consumer.hpp ext/io.hpp ext/pool.hpp testing.hpp; do
  echo "#include <wharf/$header>" | ${CXX:-c++} -std=c++20 $(pkg-config --cflags wharf) -fsyntax-only -x c++ - ||
    { echo "wharf/$header does not work as installed"; exit 1; }
done
