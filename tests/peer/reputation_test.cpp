// Who is let in, who is banned, and who makes room for another.
#include <doctest/doctest.h>

#include "peer/admission.hpp"
#include "peer/ban_list.hpp"
#include "peer/eviction.hpp"
#include "peer/scores.hpp"

using namespace ethpoc;
using namespace ethpoc::peer;
using namespace std::chrono_literals;

namespace {

const Time begin = Time{} + 1h;

IpAddress ip(std::string_view text) {
    return *parse_ip(text);
}

EvictionCandidate candidate(wire::ConnectionId id, std::string_view where, std::chrono::minutes age) {
    EvictionCandidate out;
    out.id = id;
    out.ip = ip(where);
    out.connected = begin - age;
    return out;
}

/// Ten honest peers, each of its own subnet, and `many` of one.
std::vector<EvictionCandidate> crowd(std::size_t many) {
    std::vector<EvictionCandidate> out;
    for (std::size_t i = 0; i < 10; ++i) {
        out.push_back(candidate(i + 1, std::to_string(20 + i) + ".1.1.1", std::chrono::minutes(10 + i)));
    }
    for (std::size_t i = 0; i < many; ++i) {
        out.push_back(candidate(100 + i, "66.6.1." + std::to_string(i), std::chrono::minutes(i)));
    }
    return out;
}

} // namespace

TEST_CASE("reputation: a ban is of an address or of one port, ends, and is never shortened") {
    BanList bans;
    bans.add({{ip("192.0.2.1"), 0}, 100, "a"});
    bans.add({{ip("192.0.2.2"), 30303}, 200, "b"});
    CHECK(bans.find({ip("192.0.2.1"), 1}, 99)->reason == "a");
    CHECK(bans.find({ip("192.0.2.1"), 1}, 100) == nullptr);
    CHECK(bans.find({ip("192.0.2.2"), 30303}, 99) != nullptr);
    CHECK(bans.find({ip("192.0.2.2"), 30304}, 99) == nullptr);
    bans.add({{ip("192.0.2.1"), 0}, 50, "shorter"});
    CHECK(bans.find({ip("192.0.2.1"), 1}, 99)->reason == "a");
    bans.add({{ip("192.0.2.1"), 0}, 300, "longer"});
    CHECK(bans.find({ip("192.0.2.1"), 1}, 250)->reason == "longer");
    bans.expire(200);
    CHECK(bans.size() == 1);
    CHECK(bans.remove({ip("192.0.2.1"), 0}));
    CHECK_FALSE(bans.remove({ip("192.0.2.1"), 0}));
}

TEST_CASE("reputation: a full list of bans forgets the one that ends first") {
    BanList bans(3);
    for (int i = 1; i <= 5; ++i) {
        bans.add({{ip("192.0.2." + std::to_string(i)), 0}, 100 * i, "x"});
    }
    CHECK(bans.size() == 3);
    CHECK(bans.find({ip("192.0.2.2"), 1}, 0) == nullptr);
    CHECK(bans.find({ip("192.0.2.5"), 1}, 0) != nullptr);
}

TEST_CASE("reputation: points add up, fade within the hour, and belong to the address") {
    Scores scores(2);
    const IpAddress bad = ip("192.0.2.1");
    CHECK(scores.add(bad, Offence::bad_protocol, begin) == 20);
    CHECK(scores.add(bad, Offence::bad_protocol, begin) == 40);
    CHECK(scores.of(bad, begin + 12min) == 20);
    CHECK(scores.of(bad, begin + 25min) == 0);
    CHECK(scores.of(ip("192.0.2.2"), begin) == 0);
    int points = 0;
    for (int i = 0; i < 5; ++i) {
        points = scores.add(bad, Offence::bad_protocol, begin);
    }
    CHECK(points >= Scores::ban_at);
    // Bounded: those with the fewest points make room.
    scores.add(ip("192.0.2.2"), Offence::bad_transaction, begin);
    scores.add(ip("192.0.2.3"), Offence::bad_transaction, begin);
    CHECK(scores.of(bad, begin) >= Scores::ban_at);
    CHECK(scores.of(ip("192.0.2.2"), begin) == 0);
    scores.forgive(bad);
    CHECK(scores.of(bad, begin) == 0);
}

TEST_CASE("reputation: connections are limited by address, by subnet, in all and in time, loopback less so") {
    AdmissionLimits limits;
    limits.connections = 10;
    limits.per_address = 2;
    limits.per_subnet = 3;
    Admission doors(limits);
    const auto enters = [&](std::string_view from, Time now, std::size_t connections = 0) {
        const bool in = !doors.refuse(ip(from), connections, now);
        if (in) { doors.entered(ip(from)); }
        return in;
    };
    CHECK(enters("192.0.2.1", begin));
    CHECK_FALSE(enters("192.0.2.1", begin + 999ms)); // again and again: the pause begins anew
    CHECK_FALSE(enters("192.0.2.1", begin + 1500ms));
    CHECK(enters("192.0.2.1", begin + 3s));
    CHECK_FALSE(enters("192.0.2.1", begin + 10s)); // two are there
    CHECK(enters("192.0.9.9", begin + 10s));
    CHECK_FALSE(enters("192.0.9.8", begin + 10s)); // three of 192.0/16
    CHECK(enters("192.1.9.8", begin + 10s));
    doors.left(ip("192.0.9.9"));
    CHECK(enters("192.0.9.7", begin + 20s));
    CHECK_FALSE(enters("198.51.100.1", begin, 10));
    CHECK(enters("127.0.0.1", begin));
    CHECK(enters("127.0.0.1", begin));
    CHECK_FALSE(enters("127.0.0.1", begin)); // that of the address holds for it too
    CHECK(enters("127.0.0.2", begin));
    CHECK(enters("127.0.0.3", begin)); // the fourth of its subnet
    limits.exempt_loopback = false;
    doors.set_limits(limits);
    CHECK_FALSE(enters("127.0.0.4", begin));
    CHECK_FALSE(doors.refuse(std::nullopt, 0, begin)); // not an IP address: a socket of another kind
}

TEST_CASE("reputation: a flood of connections loses its own places") {
    std::vector<EvictionCandidate> all = crowd(30);
    std::size_t honest = 0;
    for (int i = 0; i < 30; ++i) {
        const auto out = choose_to_evict(all, ip("99.1.1.1"), 12345);
        if (!out) { break; }
        honest += *out < 100 ? 1 : 0;
        std::erase_if(all, [&](const EvictionCandidate& each) { return each.id == *out; });
    }
    CHECK(honest == 0);
    CHECK(all.size() < 35);
}

TEST_CASE("reputation: nobody gains a place by coming once more, and newcomers do not push each other out") {
    CHECK_FALSE(choose_to_evict(crowd(30), ip("66.6.9.9"), 1)); // of the crowded subnet itself
    CHECK_FALSE(choose_to_evict(crowd(0), ip("99.1.1.1"), 1));  // one of each subnet: it is fair as it is
    CHECK_FALSE(choose_to_evict({}, ip("99.1.1.1"), 1));
}

TEST_CASE("reputation: what is useful, quick or old is protected") {
    auto all = crowd(30);
    for (EvictionCandidate& each : all) {
        if (each.id == 100) { each.latency = 1ms; } // the youngest of the crowd
        if (each.id == 101) { each.last_block = begin; }
        if (each.id == 102) { each.last_transaction = begin; }
    }
    const auto out = choose_to_evict(all, ip("99.1.1.1"), 1);
    REQUIRE(out);
    CHECK(*out == 103); // the youngest that has nothing to say for itself
    for (EvictionCandidate& each : all) {
        if (each.id == 105) { each.score = 10; }
    }
    CHECK(choose_to_evict(all, ip("99.1.1.1"), 1) == 105);
}
