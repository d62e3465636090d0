# Read by ctest before the tests: no node under test dials the addresses that it is told of.
set(ENV{ETHPOC_TARGET_PEERS} 0)
