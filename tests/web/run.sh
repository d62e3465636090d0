#!/usr/bin/env bash
# The page: its decoder under node, the page itself in a headless browser. Says what it skips and why.
# ETHPOC names the program, for the tests that compare with it.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
exec "$here/node_tests.sh" "$here"/*.test.mjs
