#!/usr/bin/env bash
# The pages in Debian's Chromium, against the real server: the files NAME.test.mjs, or all.
# Usage: WHARF_BINARY=build/runtime/wharf WHARF_BUILD=build run.sh [NAME…]
set -euo pipefail
cd "$(dirname "$0")"

for program in node npm chromium; do
  command -v $program >/dev/null || { echo "$program is not installed: run scripts/dependencies test" >&2; exit 1; }
done
# npm writes the inner file last, so it tells whether an installation is complete and of this lock file.
if [ ! node_modules/.package-lock.json -nt package-lock.json ]; then npm ci --no-audit --no-fund; fi
exec node --test "${@/%/.test.mjs}"
