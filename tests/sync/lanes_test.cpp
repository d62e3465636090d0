// Nobody waits behind what another has piled up.
#include "sync/lanes.hpp"

#include <doctest/doctest.h>
#include <map>

using namespace ethpoc;

using namespace ethpoc::sync;

namespace {

constexpr std::size_t plenty = 64u << 20;

Command request(ConnectionId from, std::size_t cost = 100) {
    return {from, command::GetTransactions{}, cost};
}

Command news(ConnectionId from, std::size_t cost = 100) {
    return {from, command::Blocks{}, cost};
}

/// Whose commands come, in order, until nothing is left or `most` have come.
std::string order(CommandLanes& lanes, int most = 100) {
    std::string out;
    while (most-- > 0) {
        const auto command = lanes.try_pop();
        if (!command) { break; }
        out += std::to_string(command->from);
        lanes.done(*command);
    }
    return out;
}

} // namespace

TEST_CASE("lanes: peers take turns") {
    CommandLanes lanes(plenty);
    for (int i = 0; i < 5; ++i) {
        lanes.push(request(1));
    }
    lanes.push(request(2));
    lanes.push(request(3));
    CHECK(order(lanes) == "1231111");
}

TEST_CASE("lanes: addresses take turns, whatever number of connections they have") {
    Budget budget(plenty);
    CommandLanes lanes(plenty);
    for (ConnectionId peer = 1; peer <= 4; ++peer) {
        lanes.open(peer, budget.account("192.0.2.1"));
    }
    lanes.open(5, budget.account("192.0.2.5"));
    for (int i = 0; i < 2; ++i) {
        for (ConnectionId peer = 1; peer <= 5; ++peer) {
            lanes.push(request(peer));
        }
    }
    CHECK(order(lanes) == "1525341234");
}

TEST_CASE("lanes: an unfinished command waits for the others' turn and keeps its place") {
    CommandLanes lanes(plenty);
    lanes.push(news(1, 7));
    lanes.push(request(1, 8));
    lanes.push(request(2));
    auto first = lanes.try_pop();
    REQUIRE(first);
    CHECK(first->cost == 7);
    lanes.put_back(std::move(*first));
    CHECK(lanes.try_pop()->from == 2);
    CHECK(lanes.try_pop()->cost == 7);
    CHECK(lanes.try_pop()->cost == 8);
    CHECK(lanes.bytes() == 115); // none was done
}

TEST_CASE("lanes: a lane is full alone, an address is full together, an empty lane never is") {
    Budget budget(4'000);
    CommandLanes lanes(plenty);
    lanes.open(1, budget.account("a"));
    lanes.open(2, budget.account("a"));
    lanes.open(3, budget.account("b"));
    lanes.push(request(1, 600));
    lanes.push(request(2, 300));
    CHECK_FALSE(lanes.full(1));
    lanes.push(request(1, 200)); // a quarter of the budget is 1000
    CHECK(lanes.full(1));
    CHECK(lanes.full(2));
    CHECK_FALSE(lanes.full(3));
    lanes.push(request(3, 10));
    CHECK_FALSE(lanes.full(3));
    CHECK(budget.held() == 1'110);
    CHECK(order(lanes) == "1321");
    CHECK(budget.held() == 0);
}

TEST_CASE("lanes: what a peer that has gone asked for is dropped, what it brought is not") {
    CommandLanes lanes(plenty);
    lanes.push(Command{1, command::PeerUp{}, 10});
    lanes.push(request(1));
    lanes.push(news(1));
    lanes.push(Command{1, command::Transactions{}, 5});
    lanes.push(Command{1, command::NotInChain{}, 5});
    lanes.leave(1);
    CHECK(lanes.dropped() == 2);
    std::vector<std::size_t> kinds;
    while (const auto command = lanes.try_pop()) {
        kinds.push_back(command->body.index());
        lanes.done(*command);
    }
    CHECK(kinds == std::vector<std::size_t>{0, 3, 2, 1}); // PeerUp, Blocks, Transactions, PeerDown
    CHECK(lanes.bytes() == 0);
}

TEST_CASE("lanes: a peer that connects again and again does not pile up more than the share of its address") {
    Budget budget(40'000);
    CommandLanes lanes(plenty);
    for (ConnectionId peer = 1; peer <= 1'000; ++peer) {
        lanes.open(peer, budget.account("a"));
        lanes.push(Command{peer, command::PeerUp{}, 10});
        lanes.push(news(peer, 5'000));
        lanes.leave(peer);
    }
    CHECK(budget.held() <= budget.share() + 5'000 + 1'000 * 10);
    CHECK(lanes.dropped() > 990);
    CHECK(order(lanes, 10'000).size() > 2'000);
    CHECK(budget.held() == 0);
}

TEST_CASE("lanes: a closed queue gives nothing and wakes the one that waits") {
    CommandLanes lanes(plenty);
    lanes.push(request(1));
    lanes.close();
    CHECK_FALSE(lanes.pop(std::chrono::steady_clock::now() + std::chrono::hours(1)));
    CHECK(lanes.closed());
}

TEST_CASE("lanes: the bytes of answers are shared fairly, whatever a question is answered with") {
    CommandLanes lanes(plenty);
    std::map<ConnectionId, std::size_t> served;
    std::map<ConnectionId, int> commands;
    const std::map<ConnectionId, std::size_t> answer{{1, 64'000}, {2, 1'000}, {3, 16'000}};
    for (const auto& [peer, bytes] : answer) {
        lanes.push(request(peer));
    }
    std::size_t since = 0; // bytes that others were given while peer 2 waited
    std::size_t longest = 0;
    for (int turn = 0; turn < 3'000; ++turn) {
        const auto command = lanes.try_pop();
        REQUIRE(command);
        const ConnectionId peer = command->from;
        served[peer] += answer.at(peer);
        ++commands[peer];
        since = peer == 2 ? 0 : since + answer.at(peer);
        longest = std::max(longest, since);
        lanes.push(request(peer)); // it always has another question
        lanes.done(*command, answer.at(peer));
    }
    // Small answers come with every turn; of large ones as many bytes as a turn may have.
    CHECK(commands[2] > 2'000);
    CHECK(longest <= 64'000 + 16'000);
    CHECK(served[1] <= served[3] * 11 / 10);
    CHECK(served[3] <= served[1] * 11 / 10);
}

TEST_CASE("lanes: a peer that was alone owes nothing to those that come") {
    CommandLanes lanes(plenty);
    for (int i = 0; i < 1'000; ++i) {
        lanes.push(request(1));
        const auto command = lanes.try_pop();
        REQUIRE(command);
        lanes.done(*command, 60'000);
    }
    lanes.push(request(1));
    for (int i = 0; i < 100; ++i) {
        lanes.push(request(2));
    }
    const std::string first = order(lanes, 20);
    CHECK(first.contains('1')); // after one answer's worth
    CHECK(first.contains('2'));
}
