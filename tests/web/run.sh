#!/usr/bin/env bash
# Tests of the web page: its decoder under node, the page itself in a headless browser. Prints "N passed, N failed, N skipped".
# With CI set, what is missing is fetched first (Debian: chromium, chromium-driver); otherwise the tests say what they skip and why.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

if ! command -v node >/dev/null; then
    echo "skipped: node not found (version 20 or later)"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi
if [[ -n ${CI:-} && $(id -u) == 0 ]] && ! { command -v chromium && command -v chromedriver; } >/dev/null; then
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        chromium chromium-driver fonts-dejavu-core; } >/dev/null 2>&1 || echo "chromium could not be installed"
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
timeout 600 node --test --test-concurrency=1 --test-reporter=tap ./*.test.mjs >"$log" 2>&1
status=$?
grep -E '^ *not ok|# SKIP|(error|expected|actual): ' "$log" | grep -vE '^ *ok .* # SKIP *$' || true
number() { sed -n "s/^# $1 \([0-9]*\)$/\1/p" "$log" | tail -1; }
failed=$(( $(number fail || echo 0) + $(number cancelled || echo 0) ))
if [[ $status != 0 && $failed == 0 ]]; then
    tail -30 "$log"
    failed=1
fi
echo "$(number pass) passed, $failed failed, $(number skipped) skipped"
exit "$status"
