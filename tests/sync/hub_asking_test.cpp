// Who is asked when, in the time of a clock that the test moves: peers of every kind beside an honest one. Nobody can
// keep us from syncing with it.
#include "sync/hub.hpp"

#include <algorithm>
#include <cstring>
#include <functional>
#include <map>

#include <doctest/doctest.h>

#include "tests/support/hub_bench.hpp"
#include "wire/frame.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;
using namespace ethpoc::sync;
using test::HubBench;
using test::MinedBlock;
using wire::MessageType;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace {

struct Question {
    MessageType type{};
    std::vector<Hash256> hashes;
};

struct Reply {
    milliseconds after{};
    CommandBody body;
};

/// What a peer answers; nothing: it stays mute.
using Behaviour = std::function<std::optional<Reply>(const Question&)>;

class World {
  public:
    explicit World(unsigned version, std::size_t blocks, const HubOptions& options = {}) :
        bench(version, options), chain(bench.mini.mine_many(bench.mini.genesis_block(), blocks)) {
        for (std::size_t i = 0; i < chain.size(); ++i) {
            number_[chain[i].record.hash] = i + 1;
        }
        number_[bench.mini.genesis().hash] = 0;
    }

    void join(wire::ConnectionId id, Behaviour behaviour) {
        peers_[id] = std::move(behaviour);
        PeerTraits traits;
        traits.best_hash = chain.back().record.hash;
        bench.up(id, bench.mini.rules().name == rules_for(28).name ? "28" : "11", traits);
        pump();
    }

    /// Until nothing is to be done any more, `until` is true, or the time is over. False: the time is over.
    bool run(
        std::chrono::seconds most, const std::function<bool()>& until = [] { return false; }) {
        const Time end = bench.now + most;
        while (!until()) {
            const Time wake = bench.hub->deadline();
            const Time next = inbox_.empty() ? wake : std::min(wake, inbox_.begin()->first);
            if (next == Time::max()) { return true; }
            if (next > end) {
                bench.now = end;
                return false;
            }
            // A deadline that has passed would keep the thread of the chain busy for nothing.
            CHECK(next >= bench.now);
            bench.now = next;
            if (!inbox_.empty() && inbox_.begin()->first == next) {
                auto [from, body] = std::move(inbox_.begin()->second);
                inbox_.erase(inbox_.begin());
                bench.give(from, std::move(body));
            }
            bench.hub->tick(bench.now);
            CHECK(bench.hub->deadline() > bench.now);
            most_wanted = std::max(most_wanted, bench.hub->wanted());
            pump();
        }
        return true;
    }
    bool has(std::size_t head) const { return bench.head() >= head; }
    double seconds() const { return std::chrono::duration<double>(bench.now - start_).count(); }

    HubBench bench;
    std::vector<MinedBlock> chain;
    std::map<wire::ConnectionId, std::size_t> asked; // questions for blocks or hashes
    std::map<wire::ConnectionId, std::size_t> given; // blocks that it sent
    std::size_t synced = 0;
    std::size_t most_wanted = 0;

    /// Blocks first + 1 .. first + count of the chain.
    CommandBody blocks(std::size_t first, std::size_t count, bool newest_first) const {
        command::Blocks out;
        auto part = test::part(chain, first, count);
        if (newest_first) { std::ranges::reverse(part); }
        for (const MinedBlock& block : part) {
            out.items.insert(out.items.end(), block.rlp.begin(), block.rlp.end());
        }
        out.count = part.size();
        return out;
    }

    /// A genuine server of the first `height` blocks.
    Behaviour honest(milliseconds delay, std::size_t hashes = 256, std::size_t at_once = 128) {
        return [=, this](const Question& question) -> std::optional<Reply> {
            if (question.type == MessageType::GetChain) {
                const auto common = std::ranges::find_if(question.hashes, [&](auto& h) { return number_.contains(h); });
                if (common == question.hashes.end()) {
                    return Reply{delay, command::NotInChain{question.hashes.back()}};
                }
                return Reply{delay, blocks(number_.at(*common), at_once, true)};
            }
            if (question.type == MessageType::GetBlockHashes) {
                command::BlockHashes out;
                const auto at = number_.find(question.hashes.front());
                for (std::size_t n = at == number_.end() ? 0 : at->second; n-- > 0 && out.hashes.size() < hashes;) {
                    out.hashes.push_back(n == 0 ? bench.mini.genesis().hash : chain[n - 1].record.hash);
                }
                return Reply{delay, std::move(out)};
            }
            command::Blocks out;
            for (const Hash256& hash : question.hashes) {
                const auto at = number_.find(hash);
                if (at == number_.end() || at->second == 0) { continue; }
                const Bytes& rlp = chain[at->second - 1].rlp;
                out.items.insert(out.items.end(), rlp.begin(), rlp.end());
                ++out.count;
            }
            return Reply{delay, std::move(out)};
        };
    }

  private:
    void pump() {
        while (const auto action = bench.out.try_pop()) {
            synced += std::holds_alternative<action::Synced>(*action) ? 1 : 0;
            const auto* send = std::get_if<action::Send>(&*action);
            if (send == nullptr) { continue; }
            const bool question = send->type == MessageType::GetChain || send->type == MessageType::GetBlockHashes ||
                                  send->type == MessageType::GetBlocks;
            if (!question) { continue; }
            ++asked[send->to];
            auto answer = peers_.at(send->to)(
                {send->type, test::hashes_in(BytesView(*send->frame).subspan(wire::frame_header_size))});
            if (!answer) { continue; }
            if (const auto* sent = std::get_if<command::Blocks>(&answer->body)) { given[send->to] += sent->count; }
            inbox_.emplace(bench.now + answer->after, std::pair{send->to, std::move(answer->body)});
        }
    }

    std::map<wire::ConnectionId, Behaviour> peers_{};
    std::map<Hash256, std::size_t> number_{};
    std::multimap<Time, std::pair<wire::ConnectionId, CommandBody>> inbox_{};
    Time start_{std::chrono::hours(1)};
};

Behaviour mute() {
    return [](const Question&) { return std::nullopt; };
}

/// Hashes that nobody has, `count` at a time; no blocks.
Behaviour inventor(milliseconds delay, std::size_t count) {
    auto n = std::make_shared<std::uint64_t>(0);
    return [=](const Question& question) -> std::optional<Reply> {
        if (question.type != MessageType::GetBlockHashes) { return Reply{delay, command::Blocks{}}; }
        command::BlockHashes out;
        for (std::size_t i = 0; i < count; ++i) {
            ++*n;
            Hash256 hash;
            std::memcpy(hash.bytes.data(), n.get(), sizeof *n);
            hash.bytes[31] = 1;
            out.hashes.push_back(hash);
        }
        return Reply{delay, std::move(out)};
    };
}

} // namespace

TEST_CASE("asking: eight that say nothing delay the first block by seconds only") {
    for (const unsigned version : {11U, 28U}) {
        CAPTURE(version);
        World world(version, 500);
        for (wire::ConnectionId id = 1; id <= 8; ++id) {
            world.join(id, mute());
        }
        world.join(9, world.honest(100ms));
        CHECK(world.run(60s, [&] { return world.has(1); }));
        CHECK(world.seconds() < 6.0); // three at a time, two seconds each
        CHECK(world.run(60s, [&] { return world.has(500); }));
        CHECK(world.seconds() < 10.0);
        CHECK(world.run(400s)); // the mute ones are left alone in the end
        for (wire::ConnectionId id = 1; id <= 8; ++id) {
            CHECK(world.asked[id] <= 4);
        }
    }
}

TEST_CASE("asking: later eight that say nothing delay the next by two seconds each at worst") {
    World world(11, 300);
    world.join(10, [&](const Question&) -> std::optional<Reply> { return Reply{1ms, world.blocks(0, 1, true)}; });
    CHECK(world.run(10s, [&] { return world.has(1); }));
    for (wire::ConnectionId id = 1; id <= 8; ++id) {
        world.join(id, mute());
    }
    world.join(9, world.honest(100ms));
    const double before = world.seconds();
    CHECK(world.run(60s, [&] { return world.has(300); }));
    CHECK(world.seconds() - before < 9 * 2.0 + 1.0);
}

TEST_CASE("asking: made-up hashes hold up nobody and come to an end") {
    struct Row {
        milliseconds delay;
        std::size_t count;
    };
    for (const Row row : {Row{8s, 1}, Row{8s, 256}, Row{50ms, 3}, Row{1s, 20'000}}) {
        CAPTURE(row.count);
        HubOptions options;
        options.max_wanted = 20'000;
        options.max_wanted_of_all = 30'000;
        World world(28, 10'000, options);
        for (wire::ConnectionId id = 1; id <= 5; ++id) {
            world.join(id, inventor(row.delay, row.count));
        }
        world.join(9, world.honest(1s, 100)); // as slow as genuine clients are
        CHECK(world.run(300s, [&] { return world.has(10'000); }));
        CHECK(world.most_wanted <= 31'000);
        MESSAGE("synced beside " << row.count << " hashes each " << row.delay.count() << " ms in " << world.seconds()
                                 << " s");
        if (row.count < 256) {
            CHECK(world.run(600s)); // nothing is asked any more
            CHECK(world.asked[1] < 20);
        }
    }
}

TEST_CASE("asking: no more hashes are taken than were asked for") {
    World world(28, 10);
    world.join(1, inventor(100ms, 450'000));
    CHECK_FALSE(world.run(1s));
    CHECK(world.bench.lookups <= 2 * 257);
    CHECK(world.most_wanted <= 257 * world.asked[1]);
}

TEST_CASE("asking: known blocks one at a time do not keep others from being asked") {
    World world(11, 1000);
    world.bench.own(test::part(world.chain, 0, 100));
    std::size_t n = 0;
    for (wire::ConnectionId id = 1; id <= 3; ++id) {
        world.join(id, [&](const Question&) -> std::optional<Reply> {
            return Reply{1900ms, world.blocks(n++ % 100, 1, true)};
        });
    }
    world.join(9, world.honest(500ms));
    CHECK(world.run(30s, [&] { return world.has(1000); }));
    CHECK(world.seconds() < 12.0);
    CHECK(world.run(600s)); // and they are left alone
}

TEST_CASE("asking: one new block at a time holds the place for a turn only") {
    World world(11, 3000);
    std::size_t n = 0;
    world.join(1, [&](const Question&) -> std::optional<Reply> { return Reply{1900ms, world.blocks(n++, 1, true)}; });
    CHECK(world.run(30s, [&] { return world.has(1); }));
    world.join(2, world.honest(500ms));
    CHECK(world.run(60s, [&] { return world.has(3000); }));
    CHECK(world.seconds() < 30.0 + 3000.0 / 128 * 0.5 + 4.0);
}

TEST_CASE("asking: when the leader goes mute in the middle another goes on within seconds") {
    for (const unsigned version : {11U, 28U}) {
        CAPTURE(version);
        World world(version, 2000);
        const auto serve = world.honest(200ms);
        world.join(1, [&, serve](const Question& question) -> std::optional<Reply> {
            if (world.bench.head() >= 700) { return std::nullopt; }
            return serve(question);
        });
        CHECK(world.run(60s, [&] { return world.has(300); }));
        world.join(2, world.honest(200ms));
        CHECK(world.run(60s, [&] { return world.has(700); }));
        const double before = world.seconds();
        CHECK(world.run(60s, [&] { return world.has(2000); }));
        CHECK(world.seconds() - before < 2.0 + 0.2 * (2000.0 / 128 + 2000.0 / 256 + 3));
    }
}

TEST_CASE("asking: honest peers are not all asked for the same blocks") {
    World world(11, 5000);
    for (wire::ConnectionId id = 1; id <= 8; ++id) {
        world.join(id, world.honest(100ms));
    }
    CHECK(world.run(60s));
    CHECK(world.has(5000));
    std::size_t given = 0;
    for (const auto& [id, blocks] : world.given) {
        given += blocks;
    }
    CHECK(given <= 5000 + 2 * 128); // the two that were asked at the start too
    CHECK(world.synced == 8);
}

TEST_CASE("asking: a list of hashes longer than what is kept is fetched in several passes") {
    HubOptions options;
    options.max_wanted = 700;
    World world(28, 3000, options);
    world.join(1, world.honest(10ms));
    CHECK(world.run(60s));
    CHECK(world.has(3000));
    CHECK(world.most_wanted <= 700);
    CHECK(world.synced == 1);
}

TEST_CASE("asking: not in chain without end is answered a few times, then not for a while") {
    World world(11, 10);
    world.bench.own(test::part(world.chain, 0, 5));
    world.join(1, [](const Question& question) -> std::optional<Reply> {
        return Reply{1ms, command::NotInChain{question.hashes.front()}};
    });
    test::MiniChain elsewhere(rules_for(11), 5);
    const auto foreign = elsewhere.mine_many(elsewhere.genesis_block(), 300);
    for (std::size_t i = 1; i < 300; ++i) { // each would make us ask
        world.bench.give(1, command::Blocks{foreign[i].rlp, 1});
        world.bench.give(1, command::NotInChain{world.bench.hub->chain().head().hash});
        CHECK(world.bench.lookups <= 8);
        world.run(std::chrono::seconds(0));
    }
    CHECK(world.asked[1] <= 8);
}
