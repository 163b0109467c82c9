#!/usr/bin/env bash
# Puts the terminal page together: its own files, and beside them, under vendor/, what it takes from npm.
# Usage: build_page.sh OUTPUT FILE…
set -euo pipefail
output=$1
shift
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
packages=$here/node_modules

install_packages() {
  # npm writes the inner file last, so it tells whether an installation is complete and of this lock file.
  [ "$packages/.package-lock.json" -nt "$here/package-lock.json" ] && return
  local said
  if ! said=$(cd "$here" && npm ci --no-audit --no-fund 2>&1); then
    {
      printf '%s\n' "$said"
      echo "build_page.sh: npm could not install what plugins/paramiko/package-lock.json names; its reason stands above."
      echo "With a network, the same command goes on. Without the page: meson configure -Dterminal_page=disabled BUILD"
    } >&2
    return 1
  fi
}

# Several build directories share the packages.
exec 9< "$here/package-lock.json"
flock 9
install_packages

# Made beside and moved, so that nobody is served half a page.
rm -rf "$output.new"
mkdir -p "$output.new/vendor"
cp "$@" "$output.new"
# Served as .js, which is what servers know for a script.
for package in xterm addon-{clipboard,fit,search,serialize,unicode11,web-links,webgl}; do
  sed '/^\/\/# sourceMappingURL=/d' "$packages/@xterm/$package/lib/$package.mjs" > "$output.new/vendor/$package.js"
done
cp "$packages/@xterm/xterm/css/xterm.css" "$output.new/vendor"
cat "$packages/@xterm/xterm/LICENSE" "$packages/js-base64/LICENSE.md" > "$output.new/vendor/LICENSE.txt"
rm -rf "$output"
mv "$output.new" "$output"
touch "$output"
