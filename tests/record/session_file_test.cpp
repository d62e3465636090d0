#include "record/session_file.hpp"

#include <doctest/doctest.h>

#include "tests/support/shared.hpp"
#include "tests/support/temporary.hpp"

using namespace ethpoc;

namespace {

record::FileWriter new_file(const std::filesystem::path& path) {
    auto out = record::FileWriter::create(path.string(), record::Existing::keep);
    REQUIRE(out);
    return *std::move(out);
}

} // namespace

TEST_CASE("session file: what is written is read again") {
    const auto original = record::read_session(test::test_file("sessions/py-v9c-pair.jsonl"));
    REQUIRE(original.has_value());
    const test::TemporaryFolder folder;
    const auto copy_path = folder.path() / "copy.jsonl";
    {
        record::SessionWriter writer(new_file(copy_path), original->client, original->scenario, original->what);
        for (const record::SessionLine& line : original->lines) {
            writer.write(line);
        }
        writer.finish();
        REQUIRE_FALSE(writer.failure());
    }
    const auto copy = record::read_session(copy_path);
    REQUIRE(copy.has_value());
    CHECK(copy->client == "py-v9c");
    REQUIRE(copy->lines.size() == original->lines.size());
    for (std::size_t i = 0; i < copy->lines.size(); ++i) {
        CHECK(copy->lines[i].bytes == original->lines[i].bytes);
        CHECK(copy->lines[i].event == original->lines[i].event);
        CHECK(copy->lines[i].from == original->lines[i].from);
    }
}

TEST_CASE("session file: a line that is no json is named") {
    const test::TemporaryFolder folder;
    const auto path = folder.path() / "broken.jsonl";
    record::SessionWriter(new_file(path), "", "", "");
    std::filesystem::resize_file(path, 10);
    const auto broken = record::read_session(path);
    REQUIRE_FALSE(broken.has_value());
    CHECK(broken.error().find(":1: ") != std::string::npos);
}

TEST_CASE("session file: a recording can be read at any moment, and when it was cut off") {
    const test::TemporaryFolder folder;
    const auto path = folder.path() / "live.jsonl";
    record::SessionWriter writer(new_file(path), "a", "b", "c");
    std::size_t lines = 0;
    for (; lines < 5; ++lines) {
        const auto now = record::read_session(path);
        REQUIRE(now);
        CHECK(now->lines.size() == lines);
        CHECK(now->trouble.empty());
        writer.write({0.5, 1, wire::Side::dialer, Bytes(100'000, 0x22), {}});
    }
    REQUIRE_FALSE(writer.failure());
    std::filesystem::resize_file(path, std::filesystem::file_size(path) - 10);
    const auto cut = record::read_session(path);
    REQUIRE(cut);
    CHECK(cut->lines.size() == lines - 1);
    CHECK(cut->trouble.contains(":6: "));
}
