# shellcheck shell=bash
# Configuring and compiling, for the scripts that need a build directory.

# configure DIRECTORY [MESON OPTION…]: makes a build directory, or leaves it alone when it has these options already.
configure() {
  local directory=$1
  shift
  local record=$directory/configured-with again=() output
  if [ -f "$directory/build.ninja" ]; then
    [ "$(cat "$record" 2> /dev/null)" = "$*" ] && return
    again=(--reconfigure)
  fi
  echo "configuring $directory"
  if ! output=$(meson setup "${again[@]}" "$directory" "$@" 2>&1); then
    printf '%s\n' "$output" >&2
    return 1
  fi
  printf '%s\n' "$*" > "$record"
}

# configure_clang: for a second compiler's opinion.
configure_clang() {
  CC=clang CXX=clang++ configure build-clang -Dtests=false -Dwerror=true -Doptimization=0 -Ddebug=false
}

# compile DIRECTORY: shows progress to a person, and only what matters to a log.
compile() {
  if [ -t 1 ]; then
    ninja -C "$1"
  else
    echo "compiling $1"
    ninja -C "$1" --quiet
  fi
}
