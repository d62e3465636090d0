#include "record/capture.hpp"

#include <doctest/doctest.h>

#include "tests/support/shared.hpp"

using namespace ethpoc;

namespace {

std::string sample(const std::string& name) {
    return (test::test_file("../samples") / (name + ".pcap")).string();
}

} // namespace

TEST_CASE("capture: connections beyond the limit are counted") {
    std::size_t heard = 0;
    const auto summary = record::read_capture(sample("split-segments"), {.max_connections = 2},
                                              [&](const record::Heard&) { return ++heard > 0; });
    REQUIRE(summary);
    CHECK(summary->connections.size() == 2);
    CHECK(summary->untracked > 0);
    CHECK(heard == 9);
}

TEST_CASE("capture: a reader that has enough is not read to") {
    std::size_t heard = 0;
    const auto summary = record::read_capture(sample("fork"), {}, [&](const record::Heard&) { return ++heard < 3; });
    REQUIRE(summary);
    CHECK(heard == 3);
}
