#include "cmd/dial_watch.hpp"

#include <doctest/doctest.h>

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

TEST_CASE("dial watch: until never it is well when nothing was lost") {
    cmd::DialWatch watch(cmd::Until::never);
    watch.on(peer::event::Connected{peer_of(1)});
    CHECK(watch.code() == ExitCode::done);
    watch.on(peer::event::Disconnected{.peer = peer_of(1), .reason = {}});
    CHECK(watch.code() == ExitCode::negative);
}
