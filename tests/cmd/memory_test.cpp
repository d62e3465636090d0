// The limit of the service unit follows from the settings.
#include <cstdlib>
#include <fstream>
#include <iterator>

#include <doctest/doctest.h>

#include "cmd/node_setup.hpp"
#include "tests/support/shared.hpp"

using namespace ethpoc;

namespace {

/// MemoryMax of the unit, in bytes.
std::size_t memory_max() {
    std::ifstream file(std::string(ETHPOC_SOURCE_DIR) + "/config/packaging/ethpoc.service");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto at = text.find("MemoryMax=");
    REQUIRE(at != std::string::npos);
    char* end = nullptr;
    const unsigned long value = std::strtoul(text.c_str() + at + 10, &end, 10);
    REQUIRE(*end == 'M');
    return value << 20;
}

} // namespace

TEST_CASE("memory: the service may use what the default settings let peers make it hold, and not much more") {
    const std::size_t most = peer::most_memory(cmd::limits_of(config::Settings{}));
    CHECK(most <= memory_max());
    CHECK(memory_max() <= most + most / 4);
}

TEST_CASE("memory: every limit counts") {
    const std::size_t usual = peer::most_memory(cmd::limits_of(config::Settings{}));
    const auto with = [&](auto change) {
        config::Settings settings;
        change(settings);
        return peer::most_memory(cmd::limits_of(settings));
    };
    CHECK(with([](auto& s) { s.limits.memory = config::mebibytes(128); }) == usual + (64u << 20));
    CHECK(with([](auto& s) { s.max_peers = 50; }) > usual);
    CHECK(with([](auto& s) { s.limits.transaction_pool = config::mebibytes(8); }) > usual);
}
