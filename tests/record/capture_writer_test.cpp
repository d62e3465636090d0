#include "record/capture_writer.hpp"

#include <map>

#include <doctest/doctest.h>

#include "record/capture.hpp"
#include "rlp/hex.hpp"
#include "tests/support/shared.hpp"
#include "tests/support/temporary.hpp"

using namespace ethpoc;

namespace {

/// What a conversation tells, message by message.
struct Teller final : wire::ConversationListener {
    void said(const wire::Said& said) override {
        ++messages;
        out[{connection, said.from}] += std::to_string(said.offset) + ' ' + to_hex(said.payload) +
                                        (said.error != nullptr ? ' ' + said.error->message() : "") + '\n';
    }
    void garbage(wire::Side from, const Error& error) override { out[{connection, from}] += error.message() + '\n'; }
    std::uint64_t connection = 0;
    std::size_t messages = 0;
    std::map<std::pair<std::uint64_t, wire::Side>, std::string> out{};
};

} // namespace

TEST_CASE("capture writer: a recording written as a capture says the same") {
    const test::TemporaryFolder folder;
    const std::string file = (folder.path() / "out.pcap").string();
    const auto sessions = test::files_below(test::test_file("sessions"), ".jsonl");
    REQUIRE(sessions.size() >= 5);
    for (const std::filesystem::path& session : sessions) {
        CAPTURE(session.filename().string());
        const auto recording = record::read_session(session);
        REQUIRE(recording);
        auto out = record::FileWriter::create(file, record::Existing::replace);
        REQUIRE(out);
        const auto written = record::write_capture(*out, *recording);
        REQUIRE(written);
        Teller live;
        std::map<std::uint64_t, wire::Conversation> conversations;
        std::map<std::uint64_t, std::uint64_t> numbers; // as the capture counts
        for (const record::SessionLine& line : recording->lines) {
            live.connection = numbers.try_emplace(line.connection, numbers.size()).first->second;
            if (line.from) {
                conversations.try_emplace(live.connection).first->second.feed(*line.from, line.bytes, live);
            }
        }
        Teller captured;
        const auto summary = record::read_capture(file, {}, [&](const record::Heard& heard) {
            captured.connection = heard.connection;
            CHECK(heard.gap == 0);
            heard.said != nullptr ? captured.said(*heard.said) : captured.garbage(heard.from, *heard.garbage);
            return true;
        });
        REQUIRE(summary);
        CHECK(summary->trouble.empty());
        CHECK(summary->packets == summary->segments);
        CHECK(summary->packets == written->packets);
        CHECK(summary->connections.size() == written->connections);
        CHECK(captured.out == live.out);
    }
}

TEST_CASE("capture writer: a conversation can be read at any moment of it - in both forms") {
    const test::TemporaryFolder folder;
    const auto recording = record::read_session(test::test_file("sessions/py-v8-pair.jsonl"));
    REQUIRE(recording);
    const auto said = [](const std::string& file) {
        std::size_t messages = 0;
        const auto summary = record::read_capture(file, {}, [&messages](const record::Heard& heard) {
            messages += heard.said != nullptr ? 1 : 0;
            return true;
        });
        REQUIRE(summary);
        CHECK(summary->trouble.empty());
        CHECK(summary->segments == summary->packets);
        return messages;
    };
    for (const char* name : {"live.pcap", "live.pcapng"}) {
        CAPTURE(name);
        const std::string file = (folder.path() / name).string();
        auto out = record::FileWriter::create(file, record::Existing::keep);
        REQUIRE(out);
        record::CaptureWriter writer(*std::move(out), *record::capture_form_of(name), 1'700'000'000, "between");
        std::map<std::uint64_t, wire::Conversation> conversations;
        Teller teller;
        std::size_t lines = 0;
        for (const record::SessionLine& line : recording->lines) {
            writer.write(line);
            if (line.from) {
                conversations.try_emplace(line.connection).first->second.feed(*line.from, line.bytes, teller);
            }
            if (++lines % 8 == 0) { CHECK(said(file) == teller.messages); }
        }
        CHECK(teller.messages > 20);
        writer.finish();
        CHECK_FALSE(writer.failure());
        CHECK(said(file) == teller.messages);
    }
}

TEST_CASE("capture writer: a disk that is full is an error") {
    const auto recording = record::read_session(test::test_file("sessions/py-v8-pair.jsonl"));
    REQUIRE(recording);
    auto full = record::FileWriter::create("/dev/full", record::Existing::keep);
    REQUIRE(full);
    const auto written = record::write_capture(*full, *recording);
    REQUIRE_FALSE(written);
    CHECK(*written.error().code == record::errors::not_written);
    CHECK(written.error().detail.contains("No space left on device"));
}
