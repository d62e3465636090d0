# Sourced by the run.sh of web, wireshark and kaitai: node_tests FOLDER runs its *.test.mjs and prints
# "N passed, N failed, N skipped"; want COMMAND PACKAGE... fetches Debian packages where CI lets it.

want() {
    local command=$1
    shift
    if [[ -z ${CI:-} || $(id -u) != 0 ]] || command -v "$command" >/dev/null; then
        return
    fi
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } >/dev/null 2>&1 ||
        echo "$command could not be installed"
}

node_tests() {
    if ! command -v node >/dev/null; then
        echo "skipped: node not found (version 20 or later)"
        echo "0 passed, 0 failed, 1 skipped"
        return 0
    fi
    local log status failed
    log=$(mktemp)
    timeout 900 node --test --test-concurrency=1 --test-reporter=tap "$1"/*.test.mjs >"$log" 2>&1
    status=$?
    grep -E '^ *not ok|# SKIP .|(error|expected|actual): ' "$log"
    number() { sed -n "s/^# $1 \([0-9]*\)$/\1/p" "$log" | tail -1; }
    failed=$(($(number fail || echo 0) + $(number cancelled || echo 0)))
    if [[ $status != 0 && $failed == 0 ]]; then
        tail -30 "$log"
        failed=1
    fi
    echo "$(number pass) passed, $failed failed, $(number skipped) skipped"
    rm -f "$log"
    return "$status"
}
