// Our Session hears every recorded session of genuine clients, from both sides and in any fragmentation, and finds
// nothing to complain of.
#include <set>

#include <doctest/doctest.h>

#include "cmd/replay_session.hpp"
#include "tests/support/sampled.hpp"
#include "tests/support/shared.hpp"

using namespace ethpoc;

namespace {

/// How many frames `side` said on `connection`, counted by a decoder that knows nothing of sessions.
std::size_t frames_of(const record::SessionFile& session, std::uint64_t connection, wire::Side side) {
    wire::FrameDecoder decoder;
    std::size_t frames = 0;
    for (const record::SessionLine& line : session.lines) {
        if (line.connection != connection || line.from != side) { continue; }
        decoder.feed(line.bytes);
        while (decoder.next() == wire::FrameDecoder::Step::frame) {
            ++frames;
        }
    }
    return frames;
}

/// Every so many sides of a connection, `number` of which came before.
std::size_t hear(const std::filesystem::path& file, std::size_t& number, std::size_t every) {
    INFO(file.string());
    const auto session = record::read_session(file);
    REQUIRE_MESSAGE(session.has_value(), session.error());
    std::set<std::uint64_t> connections;
    for (const record::SessionLine& line : session->lines) {
        if (!line.bytes.empty()) { connections.insert(line.connection); }
    }
    std::size_t heard = 0;
    for (const std::uint64_t connection : connections) {
        for (const wire::Side as : {wire::Side::dialer, wire::Side::listener}) {
            const std::size_t frames = frames_of(*session, connection, wire::other(as));
            if (number++ % every != 0) { continue; }
            for (const std::size_t fragment : {std::size_t{0}, std::size_t{1}, std::size_t{1000}}) {
                CAPTURE(fragment);
                const auto result = cmd::replay(*session, connection, as, {.genesis = {}, .fragment = fragment});
                for (const std::string& line : result.malformed) {
                    FAIL_CHECK(line);
                }
                CHECK(result.unexplained_bytes == 0);
                CHECK_MESSAGE(!result.refused, result.refused->why);
                CHECK(result.heard == frames);
                for (const cmd::Difference& difference : result.differences) {
                    if (!difference.recorded) { continue; } // what was said before a Hello has a name, too
                    CHECK(difference.recorded->type != wire::MessageType::Unknown);
                }
                heard += fragment == 0 ? result.heard : 0;
            }
        }
    }
    return heard;
}

} // namespace

TEST_CASE("replay: copies in tests/sessions are heard whole, however they are cut") {
    std::size_t heard = 0;
    std::size_t number = 0;
    for (const auto& file : test::files_below(test::test_file("sessions"), ".jsonl")) {
        heard += hear(file, number, 1);
    }
    MESSAGE(heard, " messages");
    CHECK(heard > 250);
}

TEST_CASE("replay: every recorded session is heard whole, however it is cut") {
    const auto folder = test::shared_file("sessions");
    if (!folder) {
        MESSAGE("skipped: sessions not found");
        return;
    }
    std::size_t heard = 0;
    std::size_t number = 0;
    for (const auto& file : test::files_below(*folder, ".jsonl")) {
        heard += hear(file, number, test::sampled(5)); // odd: both sides in turn
    }
    MESSAGE(heard, " messages");
    CHECK(heard > 0);
}
