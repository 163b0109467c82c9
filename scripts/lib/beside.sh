# shellcheck shell=bash
# A command that runs beside the others of a script, in a process group of its own, so that all of it can be ended.

beside=

# start_beside NICENESS LOG COMMAND…
start_beside() {
  local niceness=$1 log=$2
  shift 2
  set -m
  (renice -n "$niceness" "$BASHPID" > /dev/null && "$@") > "$log" 2>&1 &
  beside=$!
  set +m
}

# Waits for it; as it ends, so does this.
await_beside() {
  local ended=0
  wait "$beside" || ended=$?
  beside=
  return "$ended"
}

# For the trap of EXIT: ends it if it still runs.
end_beside() { [ -z "$beside" ] || kill -- "-$beside" 2> /dev/null || true; }
