#!/usr/bin/env bash
# Tests of the Kaitai Struct definitions: compiled with the compiler from npm, run on every capture of samples/.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/../web/node_tests.sh"
node_tests "$here"
