# shellcheck shell=bash
# Configuring and compiling, for the scripts that need a build directory.

# configure DIRECTORY [MESON OPTION…]: makes a build directory, or leaves it alone when it has these options already.
configure() {
  local directory=$1
  shift
  local record=$directory/configured-with
  if [ -f "$directory/build.ninja" ]; then
    [ "$(cat "$record" 2>/dev/null)" = "$*" ] && return
    meson setup --reconfigure "$directory" "$@"
  else
    meson setup "$directory" "$@"
  fi
  printf '%s\n' "$*" > "$record"
}

# compile DIRECTORY: prints little when there is little to do.
compile() {
  ninja -C "$1" --quiet
}
