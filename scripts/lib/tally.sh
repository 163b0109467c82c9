# shellcheck shell=bash
# Adds up the results of several runs of `meson test`, which writes one JSON object per test and line.

passed=0
failed=0
skipped=0
failures=()

# Sets apart what comes last in a log: of a long one, often only the end is kept.
failures_heading="== what failed"

count() { grep -cE "\"result\": \"($1)\"" "$2" || true; }

# last_words TESTLOG.JSON: name, result and the end of the output of each test that did not pass.
last_words() {
  python3 - "$1" << 'PYTHON'
import json
import sys

for line in open(sys.argv[1], encoding="utf-8"):
    test = json.loads(line)
    if test["result"] not in ("OK", "EXPECTEDFAIL", "SKIP"):
        print(f"-- {test['name']}: {test['result']}")
        print("\n".join((test.get("stdout", "") + test.get("stderr", "")).splitlines()[-40:]))
PYTHON
}

# tally BUILD TESTLOG.JSON: a run that left no log has failed.
tally() {
  if [ ! -s "$2" ]; then
    tally_failure "$1: its tests left no log"
    return
  fi
  local all good bare
  all=$(wc -l < "$2")
  good=$(count 'OK|EXPECTEDFAIL' "$2")
  bare=$(count 'SKIP' "$2")
  passed=$((passed + good))
  skipped=$((skipped + bare))
  if [ "$all" -gt $((good + bare)) ]; then
    failed=$((failed + all - good - bare))
    failures+=("-- build: $1" "$(last_words "$2")")
  fi
}

# tally_failure WHAT
tally_failure() {
  failed=$((failed + 1))
  failures+=("-- $1")
}

# Prints what failed, and the sum; succeeds when tests ran and none failed.
tally_result() {
  [ "${#failures[@]}" -eq 0 ] || printf '%s\n' "$failures_heading" "${failures[@]}"
  echo "$passed passed, $failed failed$([ "$skipped" -eq 0 ] || echo ", $skipped skipped")"
  [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}
