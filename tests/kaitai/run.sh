#!/usr/bin/env bash
# The Kaitai Struct definitions: compiled with the compiler from npm, run on every capture of samples/. Says what it skips and why.
# ETHPOC names the program, for the tests that compare with it.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
exec "$here/../web/node_tests.sh" "$here"/*.test.mjs
