#!/usr/bin/env bash
# The Wireshark dissector: tshark on every capture of samples/. Says what it skips and why.
# ETHPOC names the program, for the tests that compare with it.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
exec "$here/../web/node_tests.sh" "$here"/*.test.mjs
