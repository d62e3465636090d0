#!/usr/bin/env bash
# Tests of the web page: its decoder under node, the page itself in a headless browser. Says what it skips and why.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/node_tests.sh"
want chromedriver chromium chromium-driver fonts-dejavu-core
node_tests "$here"
