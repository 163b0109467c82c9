# shellcheck shell=bash
# Adds up the results of several runs of `meson test`, which writes one JSON object per test and line.

passed=0
failed=0
skipped=0

count() { grep -cE "\"result\": \"($1)\"" "$2" || true; }

# tally TESTLOG.JSON: a run that left no log has failed.
tally() {
  if [ ! -s "$1" ]; then
    tally_failure
    return
  fi
  local all good bare
  all=$(wc -l < "$1")
  good=$(count 'OK|EXPECTEDFAIL' "$1")
  bare=$(count 'SKIP' "$1")
  passed=$((passed + good))
  skipped=$((skipped + bare))
  failed=$((failed + all - good - bare))
}

tally_failure() { failed=$((failed + 1)); }

# Prints the sum; succeeds when tests ran and none failed.
tally_result() {
  echo "$passed passed, $failed failed$([ "$skipped" -eq 0 ] || echo ", $skipped skipped")"
  [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}
