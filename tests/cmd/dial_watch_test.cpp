#include "cmd/dial_watch.hpp"

#include <doctest/doctest.h>

#include "wire/reasons.hpp"

using namespace ethpoc;
using cmd::ExitCode;

namespace {

peer::PeerRef peer_of(wire::ConnectionId id) {
    return {id, "127.0.0.1:30303", peer::Direction::outbound};
}

} // namespace

TEST_CASE("dial watch: guesses that end because another one was right are not the end") {
    cmd::DialWatch watch(cmd::Until::synced);
    unsigned stops = 0;
    watch.stop = [&](const std::string&) { ++stops; };
    for (const wire::ConnectionId id : {1, 2, 3}) {
        watch.on(peer::event::Connected{peer_of(id)});
    }
    watch.on(peer::event::Disconnected{.peer = peer_of(1), .reason = {}});
    watch.on(peer::event::Disconnected{.peer = peer_of(3), .reason = {}});
    CHECK_FALSE(watch.over());
    watch.on(peer::event::Synced{peer_of(2), {}});
    CHECK(stops == 1);
    CHECK(watch.over());
    CHECK(watch.code() == ExitCode::done);
    watch.on(peer::event::Disconnected{.peer = peer_of(2), .reason = {}});
    CHECK(watch.code() == ExitCode::done);
}

TEST_CASE("dial watch: it is over when the last connection has gone and nothing is tried again") {
    cmd::DialWatch watch(cmd::Until::synced);
    unsigned looks = 0;
    watch.look_later = [&] { ++looks; };
    watch.on(peer::event::Connected{peer_of(1)});
    watch.on(peer::event::Disconnected{.peer = peer_of(1), .reason = {}});
    CHECK(looks == 1);
    CHECK(watch.over());
    CHECK(watch.code() == ExitCode::negative);
    watch.on(peer::event::Retry{peer_of(1), "17", "refused"});
    CHECK_FALSE(watch.over());
    watch.on(peer::event::ConnectFailed{"127.0.0.1:30303", "refused"});
    CHECK(watch.over());
    CHECK(watch.code() == ExitCode::io);
    watch.on(peer::event::Connected{peer_of(2)});
    CHECK_FALSE(watch.over());
    watch.on(peer::event::ConnectFailed{"127.0.0.1:30303", "refused"}); // one of several
    CHECK_FALSE(watch.over());
    watch.on(peer::event::Disconnected{.peer = peer_of(2), .reason = {}});
    CHECK(watch.over());
}

TEST_CASE("dial watch: another genesis ends a wait for its chain, and is the reason") {
    cmd::DialWatch watch(cmd::Until::synced);
    std::string left_with;
    watch.stop = [&](const std::string& why) { left_with = why; };
    watch.on(peer::event::Connected{peer_of(1)});
    const std::string ours = "a7722d61" + std::string(56, '0');
    const std::string theirs = "b88f621f" + std::string(56, '0');
    watch.on(peer::event::Differs{peer_of(1), peer::Difference::no_common_block, ours, theirs});
    CHECK(left_with == "no chain in common");
    CHECK(watch.code() == ExitCode::negative);
    watch.on(peer::event::Disconnected{.peer = peer_of(1), .reason = "no chain in common"});
    const cmd::Reproach why = watch.why("127.0.0.1:30303");
    CHECK(why.why == "no block in common: theirs ends at b88f621f, ours is a7722d61");
    CHECK(why.next == "try --genesis");
}

TEST_CASE("dial watch: who is read more slowly hears of it, unless something else ended the talk") {
    cmd::DialWatch watch(cmd::Until::synced);
    watch.on(peer::event::Connected{peer_of(1)});
    CHECK(watch.why("127.0.0.1:30303").why == "the time of --for was over");
    watch.on(peer::event::Delayed{peer_of(1), wire::MessageType::GetPeers});
    CHECK(watch.why("127.0.0.1:30303").why.starts_with("it sends GetPeers faster than we read"));
    CHECK_FALSE(watch.over());
    watch.on(peer::event::Disconnected{.peer = peer_of(1), .reason = {}});
    CHECK(watch.why("127.0.0.1:30303").why.find("closed the connection") != std::string::npos);
}

TEST_CASE("dial watch: of several guesses the one that was answered gives the reason, the first as well as the last") {
    for (const bool first : {true, false}) {
        cmd::DialWatch watch(cmd::Until::hello);
        for (const wire::ConnectionId id : {1, 2}) {
            watch.on(peer::event::Connected{peer_of(id)});
        }
        const peer::event::Disconnected full{.peer = peer_of(1),
                                             .by = peer::EndedBy::them,
                                             .reason_code = wire::reason::too_many_peers,
                                             .reason = "too many peers"};
        const peer::event::Disconnected mute{.peer = peer_of(2), .by = peer::EndedBy::them, .reason = "closed"};
        watch.on(first ? full : mute);
        watch.on(first ? mute : full);
        CHECK(watch.why("").why == cmd::reproach(cmd::Cause::full, "").why);
    }
}

TEST_CASE("dial watch: what nobody said is the time that was over") {
    const cmd::DialWatch watch(cmd::Until::synced);
    CHECK(watch.why("").why == "the time of --for was over");
}

TEST_CASE("causes: each end of a connection has its own, and each sentence is filled in") {
    using cmd::Cause;
    using peer::EndedBy;
    const auto end_with = [](EndedBy by, std::optional<wire::Reason> said, std::string_view text, bool greeted) {
        return cmd::reproach(
                   peer::event::Disconnected{.peer = peer_of(1), .by = by, .reason_code = said, .reason = text},
                   greeted)
            .why;
    };
    const auto sentence = [](Cause cause) { return cmd::reproach(cause, "127.0.0.1:30303").why; };
    namespace reason = wire::reason;
    CHECK(end_with(EndedBy::them, {}, "closed", false) == sentence(Cause::shut_at_once));
    CHECK(end_with(EndedBy::them, {}, "closed", true) == sentence(Cause::shut));
    CHECK(end_with(EndedBy::timeout, {}, "no Hello", false) == sentence(Cause::silent_at_once));
    CHECK(end_with(EndedBy::timeout, {}, "silent for too long", true) == sentence(Cause::fell_silent));
    CHECK(end_with(EndedBy::error, {}, "reset", true) == sentence(Cause::broken));
    CHECK(end_with(EndedBy::us, reason::bad_protocol, "not frames", false) == sentence(Cause::unreadable));
    CHECK(end_with(EndedBy::them, reason::already_connected, "already connected", false) == sentence(Cause::known));
    CHECK(end_with(EndedBy::them, reason::p2p::connected_to_itself, "connected to itself", true) ==
          sentence(Cause::ourselves));
    // 6 and 7 are told apart by their family.
    const auto text_of = [](wire::ReasonSet set, wire::Reason said) { return wire::reason_text(set, said); };
    CHECK(end_with(EndedBy::them, reason::flat::wrong_genesis,
                   text_of(wire::ReasonSet::flat, reason::flat::wrong_genesis),
                   true) == sentence(Cause::refuses_genesis));
    CHECK(end_with(EndedBy::them, reason::p2p::incompatible_version,
                   text_of(wire::ReasonSet::p2p, reason::p2p::incompatible_version),
                   true) == sentence(Cause::refuses_version));

    for (const auto what : {peer::Difference::version, peer::Difference::network, peer::Difference::genesis,
                            peer::Difference::no_common_block, peer::Difference::capability}) {
        const auto said = cmd::reproach(peer::event::Differs{peer_of(1), what, "28", "23"});
        CHECK_MESSAGE((said.why + said.next).find('{') == std::string::npos, said.why);
    }
    CHECK(cmd::reproach(Cause::unreachable, "{peer}:1").next.contains("`ethpoc run --listen {peer}:1`"));
    // What a peer says of itself is shown, and does nothing else.
    const std::string hostile(5000, '\x1b');
    const auto said = cmd::reproach(peer::event::Differs{peer_of(1), peer::Difference::version, "28", hostile});
    CHECK(said.why.size() < 400);
    CHECK(said.why.find('\x1b') == std::string::npos);
}

TEST_CASE("dial watch: until never it is well when nothing was lost") {
    cmd::DialWatch watch(cmd::Until::never);
    watch.on(peer::event::Connected{peer_of(1)});
    CHECK(watch.code() == ExitCode::done);
    watch.on(peer::event::Disconnected{.peer = peer_of(1), .reason = {}});
    CHECK(watch.code() == ExitCode::negative);
}
