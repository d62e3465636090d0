// What peers can cause on stdout and in the log is bounded: by line, by peer, by address, however often they come back.
#include "cmd/view/events.hpp"

#include <cstdio>
#include <cstdlib>
#include <sstream>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "cmd/view/log.hpp"
#include "wire/codec.hpp"

using namespace ethpoc;
using namespace ethpoc::cmd;

namespace {

/// Both streams of an Output, in memory.
class Streams {
  public:
    Streams() : out_(open_memstream(&out_data_, &out_size_)), err_(open_memstream(&err_data_, &err_size_)) {}
    Streams(const Streams&) = delete;
    Streams& operator=(const Streams&) = delete;
    ~Streams() {
        std::fclose(out_);
        std::fclose(err_);
        std::free(out_data_);
        std::free(err_data_);
    }
    std::FILE* out() const { return out_; }
    std::FILE* err() const { return err_; }
    std::string text() const {
        std::fflush(out_);
        return {out_data_, out_size_};
    }
    std::string log() const {
        std::fflush(err_);
        return {err_data_, err_size_};
    }

  private:
    char* out_data_ = nullptr;
    char* err_data_ = nullptr;
    std::size_t out_size_ = 0;
    std::size_t err_size_ = 0;
    std::FILE* out_;
    std::FILE* err_;
};

struct Counted {
    std::size_t lines = 0;
    std::uint64_t dropped = 0;
    std::size_t longest = 0;
};

/// The events of one kind, what dropped_events say, and the longest line of all.
Counted count(const std::string& text, const std::string& event) {
    Counted out;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
        const auto json = nlohmann::json::parse(line);
        if (json["event"] == event) { ++out.lines; }
        if (json["event"] == "dropped_events") { out.dropped += json["count"].get<std::uint64_t>(); }
        out.longest = std::max(out.longest, line.size());
    }
    return out;
}

constexpr std::size_t most_line = 4096;
constexpr ErrorCode no_frame{"frame.bad_token", "A frame begins with the sync token 22400891.", ""};
const Error bad{&no_frame, 7, 4, "payload[0]", "no token"};

std::string endpoint(int i) {
    return "10.0.0.1:" + std::to_string(1024 + i % 60'000);
}

} // namespace

TEST_CASE("events: a peer that reconnects gets no new allowance, and every line is accounted for") {
    for (const bool json : {true, false}) {
        const Streams streams;
        Output out(streams.out(), streams.err());
        out.set_json(json);
        EventPrinter events(out, false);
        constexpr int connections = 50'000;
        for (int i = 0; i < connections; ++i) {
            const std::string from = endpoint(i);
            const peer::PeerRef peer{static_cast<wire::ConnectionId>(i + 1), from, peer::Direction::inbound};
            events.on(peer::event::Connected{peer});
            for (int k = 0; k < 3; ++k) {
                events.on(peer::event::Malformed{peer, &bad, {}});
                events.on(peer::event::Transaction{peer, {}, {}});
            }
            events.on(peer::event::Disconnected{peer, peer::EndedBy::error, {}, "it sent what is no frame"});
        }
        events.on(peer::event::Imported{{1, "10.0.0.1:5", peer::Direction::inbound}, 1, {}});
        events.on(peer::event::Connected{{1, "10.0.0.2:5", peer::Direction::inbound}});
        events.stopped({});
        const std::string text = streams.text();
        CHECK(text.size() <
              900u << 10); // 512 KiB of coming and going, 256 KiB of talk, what a second gives, and a few lines
        CHECK(text.size() > 600u << 10);
        if (!json) {
            CHECK(text.find(" lines: more than an address") != std::string::npos);
            continue;
        }
        const std::size_t told = count(text, "connected").lines + count(text, "disconnected").lines +
                                 count(text, "malformed").lines + count(text, "transaction").lines;
        CHECK(told + count(text, "connected").dropped == connections * 8u + 1);
        CHECK(count(text, "imported").lines == 1);
        CHECK(count(text, "stopped").lines == 1);
        CHECK(text.find("10.0.0.2:5") != std::string::npos);
    }
}

TEST_CASE("events: one peer cannot take the whole purse of its address, nor hide who comes") {
    const Streams streams;
    Output out(streams.out(), streams.err());
    out.set_json(true);
    EventPrinter events(out, false);
    const peer::PeerRef loud{1, "10.0.0.1:1", peer::Direction::inbound};
    for (int i = 0; i < 5'000; ++i) {
        events.on(peer::event::Transaction{loud, {}, {}});
    }
    const std::size_t of_loud = streams.text().size();
    CHECK(of_loud < 140u << 10);
    const peer::PeerRef other{2, "10.0.0.1:2", peer::Direction::inbound};
    events.on(peer::event::Transaction{other, {}, {}});
    events.on(peer::event::Connected{other});
    const std::string rest = streams.text().substr(of_loud);
    CHECK(count(rest, "transaction").lines == 1);
    CHECK(count(rest, "connected").lines == 1);
}

TEST_CASE("events: no line is longer than 4 KiB, whatever was sent") {
    Bytes capabilities{0xfa, 0x06, 0x41, 0x90}; // a list of 10,000 strings of 40 bytes, 41 with their headers
    for (int i = 0; i < 10'000; ++i) {
        capabilities.push_back(0x80 + 40);
        capabilities.insert(capabilities.end(), 40, '"');
    }
    const std::string ugly(100'000, '"');
    const std::string worse(100'000, '\xff');
    for (const std::string* id : {&ugly, &worse}) {
        wire::Greeting greeting;
        greeting.family = wire::Family::p2p;
        greeting.hello.client_id = *id;
        greeting.hello.node_id = as_bytes(*id);
        greeting.hello.capability_list = *rlp::list_items(capabilities, rlp::Mode::lenient);
        const wire::Profile* profile = wire::find_profile("p2p2/eth49");
        REQUIRE(profile != nullptr);
        for (const bool json : {true, false}) {
            const Streams streams;
            Output out(streams.out(), streams.err());
            out.set_json(json);
            EventPrinter events(out, true);
            const peer::PeerRef peer{1, "10.0.0.1:1", peer::Direction::inbound};
            events.on(peer::event::Hello{peer, &greeting, profile});
            const Error ugly_error{bad.code, 0, 0, *id, *id};
            events.on(peer::event::Malformed{peer, &ugly_error, {}});
            events.on(peer::event::Retry{peer, "p2p2/eth49", *id});
            events.on(peer::event::Disconnected{peer, peer::EndedBy::error, {}, *id});
            events.on(peer::event::ConnectFailed{"10.0.0.1:1", *id});
            std::istringstream lines(streams.text());
            std::size_t n = 0;
            for (std::string line; std::getline(lines, line);) {
                INFO(line.substr(0, 80));
                CHECK(line.size() < most_line);
                n += line.starts_with(' ') ? 0 : 1; // such a line goes on
            }
            CHECK(streams.text().size() < 5 * most_line);
            CHECK(n == 5);
            if (json) {
                const auto hello = nlohmann::json::parse(streams.text().substr(0, streams.text().find('\n')));
                CHECK(hello["caps"].size() == 33);
                CHECK(hello["caps"].back() == "…");
            }
        }
    }
}

TEST_CASE("log: bounded by address, at every level and in both forms") {
    for (const char* format : {"text", "json"}) {
        const Streams streams;
        Output out(streams.out(), streams.err());
        LogObserver log(out, "debug", format);
        const Error long_error{bad.code, 0, 0, std::string(100'000, '\n'), std::string(100'000, '\n')};
        for (int i = 0; i < 20'000; ++i) {
            const std::string from = endpoint(i);
            const peer::PeerRef peer{static_cast<wire::ConnectionId>(i + 1), from, peer::Direction::inbound};
            log.on(peer::event::Malformed{peer, &long_error, {}});
            log.on(peer::event::Shed{peer, wire::MessageType::Transactions});
            log.on(peer::event::Disconnected{peer, peer::EndedBy::error, {}, "it sent what is no frame"});
        }
        const std::string text = streams.log();
        CHECK(text.size() < 150u << 10);
        CHECK(text.size() > 100u << 10);
        CHECK(text.find("lines left out") != std::string::npos);
        log.on(peer::event::StoreFailed{&bad});
        CHECK(streams.log().size() > text.size());
        std::istringstream lines(text);
        for (std::string line; std::getline(lines, line);) {
            CHECK(line.size() < 2048);
        }
    }
}
