#include "wire/reasons.hpp"

#include <array>
#include <doctest/doctest.h>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "wire/codec.hpp"

using namespace ethpoc;
using namespace ethpoc::wire;

TEST_CASE("reasons: have words in their set only") {
    CHECK(reason_text(ReasonSet::flat, reason::flat::incompatible_protocols) == "incompatible network protocols");
    CHECK(reason_text(ReasonSet::p2p, reason::p2p::null_node_id) == "null node id");
    CHECK(reason_text(ReasonSet::flat, reason::p2p::unexpected_node_id).empty());
    CHECK(reason_text(ReasonSet::p2p, reason::p2p::ping_timeout) == "ping timeout");
    CHECK(reason_text(ReasonSet::p2p, reason::p2p::user_reason) == "user reason");
    CHECK(reason_text(ReasonSet::none, reason::requested).empty());
    CHECK(reason_text(ReasonSet::p2p, Reason{0x0d}).empty());
}

TEST_CASE("reasons: the numbers are those of the time") {
    // C++ 0.5.9 (flat) and 0.6.11 (p2p), in their order: spec WIRE 5.2, 7.2.
    constexpr std::array flat{reason::requested,           reason::tcp_error,
                              reason::bad_protocol,        reason::useless_peer,
                              reason::too_many_peers,      reason::already_connected,
                              reason::flat::wrong_genesis, reason::flat::incompatible_protocols,
                              reason::client_quitting};
    constexpr std::array p2p{reason::requested,
                             reason::tcp_error,
                             reason::bad_protocol,
                             reason::useless_peer,
                             reason::too_many_peers,
                             reason::already_connected,
                             reason::p2p::incompatible_version,
                             reason::p2p::null_node_id,
                             reason::client_quitting,
                             reason::p2p::unexpected_node_id,
                             reason::p2p::connected_to_itself,
                             reason::p2p::ping_timeout,
                             reason::p2p::sub_protocol_error};
    for (std::uint32_t i = 0; i < flat.size(); ++i) {
        CHECK(flat[i] == Reason{i});
        CHECK_FALSE(reason_text(ReasonSet::flat, flat[i]).empty());
    }
    for (std::uint32_t i = 0; i < p2p.size(); ++i) {
        CHECK(p2p[i] == Reason{i});
        CHECK_FALSE(reason_text(ReasonSet::p2p, p2p[i]).empty());
    }
    CHECK(reason::p2p::user_reason == Reason{0x10});
}

TEST_CASE("reasons: no number has two rows in one set") {
    std::map<ReasonSet, std::multiset<std::uint32_t>> numbers;
#define ETHPOC_FLAT_REASON(number, name, text) numbers[ReasonSet::flat].insert(number);
#define ETHPOC_P2P_REASON(number, name, text) numbers[ReasonSet::p2p].insert(number);
#define ETHPOC_REASON(number, name, text)                                                                              \
    ETHPOC_FLAT_REASON(number, name, text)                                                                             \
    ETHPOC_P2P_REASON(number, name, text)
#include "wire/reasons.def"
#undef ETHPOC_REASON
#undef ETHPOC_P2P_REASON
#undef ETHPOC_FLAT_REASON
    CHECK(numbers[ReasonSet::flat].size() == 9);
    CHECK(numbers[ReasonSet::p2p].size() == 14);
    for (const auto& [set, rows] : numbers) {
        for (const std::uint32_t number : rows) {
            CAPTURE(number);
            CHECK(rows.count(number) == 1);
        }
    }
}

TEST_CASE("reasons: what only one family has a word for, the other says with its nearest") {
    CHECK(reason_text(ReasonSet::flat, reason::incompatible(Family::flat)) == "incompatible network protocols");
    CHECK(reason_text(ReasonSet::p2p, reason::incompatible(Family::p2p)) == "incompatible p2p version");
    CHECK(reason_text(ReasonSet::flat, reason::ourselves(Family::flat)) == "already connected");
    CHECK(reason_text(ReasonSet::p2p, reason::ourselves(Family::p2p)) == "connected to itself");
    CHECK(reason_text(ReasonSet::flat, reason::no_identity(Family::flat)) == "incompatible network protocols");
    CHECK(reason_text(ReasonSet::p2p, reason::no_identity(Family::p2p)) == "null node id");
}

TEST_CASE("reasons: a disconnect with a reason of both families has the same bytes in every version that has reasons") {
    std::set<Bytes> seen;
    for (const Profile& profile : profiles()) {
        if (profile.reasons == ReasonSet::none || profile.reason_outside) { continue; }
        CAPTURE(profile.name);
        CHECK(profile.reasons == reasons_of(profile.family));
        seen.insert(compose_disconnect(profile, reason::too_many_peers));
    }
    CHECK(seen.size() == 1);
    CHECK(profiles().back().reasons != ReasonSet::none); // whose words Network says to whom it has no room for
}
