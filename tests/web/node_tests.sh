#!/usr/bin/env bash
# node_tests.sh FILE...: runs *.test.mjs with node. Ends with "N passed, N failed, N skipped".
# Exit code: 0 passed, 1 failed, 77 nothing could run (the reason stands before).
set -uo pipefail

if ! command -v node >/dev/null; then
    echo "skipped: node not found (version 18 or later; Debian: nodejs)"
    echo "0 passed, 0 failed, 1 skipped"
    exit 77
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
timeout 280 node --test --test-concurrency=1 --test-reporter=tap "$@" >"$log" 2>&1
status=$?
grep -E '^ *not ok|# SKIP .|(error|expected|actual): ' "$log"
number() {
    local found
    found=$(sed -n "s/^# $1 \([0-9]*\)$/\1/p" "$log" | tail -n 1)
    echo "${found:-0}"
}
passed=$(number pass)
skipped=$(number skipped)
failed=$(($(number fail) + $(number cancelled)))
if [[ $status != 0 && $failed == 0 ]]; then
    tail -n 30 "$log"
    failed=1
fi
echo "$passed passed, $failed failed, $skipped skipped"
if [[ $failed != 0 ]]; then
    exit 1
elif [[ $passed == 0 ]]; then
    exit 77
fi
