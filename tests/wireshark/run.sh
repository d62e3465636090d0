#!/usr/bin/env bash
# Tests of the Wireshark dissector: tshark on every capture of samples/. Says what it skips and why.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/../web/node_tests.sh"
want tshark tshark
node_tests "$here"
