// Whole nodes over loopback: they sync, choose the heavier branch, and pass on what is new, once.
#include "peer/node.hpp"

#include <arpa/inet.h>
#include <condition_variable>
#include <mutex>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include <doctest/doctest.h>

#include "tests/support/mini_chain.hpp"
#include "tests/support/mini_transaction.hpp"
#include "tests/support/session_bench.hpp"
#include "wire/codec.hpp"

using namespace ethpoc;
using namespace ethpoc::peer;
using namespace std::chrono_literals;

namespace {

constexpr auto patience = 60s; // how long a test waits for what must come; it goes on as soon as it has

/// Events of a node, for the thread of the test.
class Watch final : public ObserverOf<Watch> {
  public:
    template <class Done>
    bool until(Done done) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, patience, [&] { return done(*this); });
    }
    bool head_is(const Hash256& hash) {
        return until([&](const Watch& w) { return w.head == hash; });
    }

    Hash256 head{};
    std::vector<Bytes> stored{}; // blocks, as they were told
    std::vector<Hash256> left{}, joined{};
    bool in_time = true; // every block had arrived after this was made, and before it was told
    std::size_t queues = 0;
    std::size_t ready = 0, in_blocks = 0, in_transactions = 0, transactions = 0, reorgs = 0, ended = 0, malformed_ = 0;

    void on(const event::Hello&) {
        change([&] { ++ready; });
    }
    void on(const event::Disconnected&) {
        change([&] { ++ended; });
    }
    void on(const event::Malformed&) {
        change([&] { ++malformed_; });
    }
    void on(const event::Imported& event) {
        change([&] { head = event.head.hash; });
    }
    void on(const event::Reorganised& event) {
        change([&] {
            ++reorgs;
            left.assign(event.left.begin(), event.left.end());
            joined.assign(event.joined.begin(), event.joined.end());
            head = event.to.hash;
        });
    }
    void on(const event::Block& event) {
        change([&] {
            stored.emplace_back(event.rlp.begin(), event.rlp.end());
            const auto block = chain::decode_block(*event.rules, event.rlp);
            REQUIRE(block);
            CHECK(block->hash == event.record->hash);
            in_time = in_time && event.arrived >= made_ && event.arrived <= std::chrono::steady_clock::now();
        });
    }
    void on(const event::Queues&) {
        change([&] { ++queues; });
    }
    void on(const event::Transaction&) {
        change([&] { ++transactions; });
    }
    void on(const event::Message& message) {
        if (message.way != Way::in || message.payload.size() < 10) { return; } // empty ones are answers
        change([&] {
            in_blocks += message.type == wire::MessageType::Blocks ? 1 : 0;
            in_transactions += message.type == wire::MessageType::Transactions ? 1 : 0;
        });
    }

  private:
    template <class F>
    void change(F f) {
        const std::lock_guard lock(mutex_);
        f();
        changed_.notify_all();
    }
    const Time made_ = std::chrono::steady_clock::now();
    std::mutex mutex_{};
    std::condition_variable changed_{};
};

const wire::Profile& version = *wire::find_profile("11");

class Running {
  public:
    Running(const test::MiniChain& mini, const std::vector<test::MinedBlock>& blocks, std::vector<std::string> dial) :
        node_(options(mini, std::move(dial)), {&watch}) {
        REQUIRE(node_.open());
        node_.seed(test::views(blocks));
        thread_ = std::thread([this] { node_.run(); });
    }
    ~Running() {
        node_.stop();
        thread_.join();
    }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

    std::string address() const { return node_.listen_address(); }
    std::uint64_t number() const { return node_.head().number; }

    Watch watch{};

  private:
    static NodeOptions options(const test::MiniChain& mini, std::vector<std::string> dial) {
        NodeOptions out;
        out.listen_port = 0;
        out.dial = std::move(dial);
        out.key = make_node_key();
        out.peers.dialer.protocol = &version;
        out.chain.genesis = mini.genesis();
        out.chain.rules = &mini.rules();
        return out;
    }
    Node node_;
    std::thread thread_{};
};

/// A socket without manners: says what it is given.
class RawClient {
  public:
    explicit RawClient(const std::string& address) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(static_cast<std::uint16_t>(std::stoul(address.substr(address.rfind(':') + 1))));
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        REQUIRE(::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0);
    }
    ~RawClient() { ::close(socket_); }
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    void say(const Bytes& frame) {
        CHECK(::send(socket_, frame.data(), frame.size(), MSG_NOSIGNAL) == std::ssize(frame));
    }
    void say(wire::MessageType type, const Bytes& item) {
        const std::array<BytesView, 1> items{BytesView(item)};
        say(wire::compose_raw_items(version, type, items));
    }

  private:
    int socket_;
};

} // namespace

TEST_CASE("node: two nodes sync over loopback") {
    const test::MiniChain mini(chain::rules_for(11));
    const auto blocks = mini.mine_many(mini.genesis_block(), 150);
    Running serves(mini, blocks, {});
    Running fetches(mini, {}, {serves.address()});
    CHECK(fetches.watch.head_is(blocks.back().record.hash));
    CHECK(fetches.number() == 150);
    CHECK(serves.watch.malformed_ == 0);
    CHECK(fetches.watch.malformed_ == 0);
}

TEST_CASE("node: the heavier branch wins, whoever dials") {
    const test::MiniChain mini(chain::rules_for(11));
    const auto trunk = mini.mine_many(mini.genesis_block(), 10);
    auto light = trunk;
    auto heavy = trunk;
    for (const auto& block : mini.mine_many(trunk.back(), 5)) {
        light.push_back(block);
    }
    for (const auto& block : mini.mine_many(trunk.back(), 40, {.miner = 2})) {
        heavy.push_back(block);
    }
    SUBCASE("the lighter one dials") {
        Running other(mini, heavy, {});
        Running changes(mini, light, {other.address()});
        CHECK(changes.watch.head_is(heavy.back().record.hash));
        CHECK(changes.watch.reorgs == 1);
        CHECK(other.number() == 50);
        // What left and what joined, and every block that came, with its bytes.
        CHECK(changes.watch.left.size() == light.size() - trunk.size());
        CHECK(changes.watch.left.front() == light.back().record.hash);
        CHECK(changes.watch.joined.front() == heavy[trunk.size()].record.hash);
        CHECK(std::ranges::find(changes.watch.stored, heavy.back().rlp) != changes.watch.stored.end());
        CHECK(changes.watch.stored.size() == heavy.size() - trunk.size());
        CHECK(changes.watch.in_time);
        CHECK(changes.watch.queues >= 1);
    }
    SUBCASE("the heavier one dials") {
        Running changes(mini, light, {});
        Running other(mini, heavy, {changes.address()});
        CHECK(changes.watch.head_is(heavy.back().record.hash));
        CHECK(changes.watch.reorgs == 1);
    }
}

TEST_CASE("node: a new block and a transaction go on to a third node and not back") {
    const test::MiniChain mini(chain::rules_for(11));
    const auto blocks = mini.mine_many(mini.genesis_block(), 3);
    Running first(mini, blocks, {});
    Running second(mini, {}, {first.address()});
    Running third(mini, {}, {second.address()});
    REQUIRE(third.watch.head_is(blocks.back().record.hash));

    RawClient stranger(first.address());
    stranger.say(test::hello_frame({.version = "11"}));
    REQUIRE(first.watch.until([](const Watch& w) { return w.ready == 2; }));
    const std::size_t before = first.watch.in_blocks;
    const auto next = mini.mine(blocks.back());
    stranger.say(wire::MessageType::Blocks, next.rlp);
    CHECK(first.watch.head_is(next.record.hash));
    CHECK(second.watch.head_is(next.record.hash));
    CHECK(third.watch.head_is(next.record.hash));

    stranger.say(wire::MessageType::Transactions, test::sign_transaction(mini.rules().transaction, {.nonce = 1}));
    const auto has_one = [](const Watch& w) { return w.transactions == 1; };
    CHECK(third.watch.until(has_one));
    CHECK(second.watch.transactions == 1);
    // A second one goes the same way after anything that could have come back.
    stranger.say(wire::MessageType::Transactions, test::sign_transaction(mini.rules().transaction, {.nonce = 2}));
    CHECK(third.watch.until([](const Watch& w) { return w.transactions == 2; }));
    CHECK(first.watch.in_transactions == 2); // both of the stranger
    CHECK(first.watch.in_blocks == before + 1);
    CHECK(second.watch.in_transactions == 2);
}

TEST_CASE("node: a stranger with garbage does not disturb a sync") {
    const test::MiniChain mini(chain::rules_for(11));
    const auto blocks = mini.mine_many(mini.genesis_block(), 100);
    Running serves(mini, blocks, {});
    RawClient garbage(serves.address());
    garbage.say(Bytes(100'000, 0x5a));
    Running fetches(mini, {}, {serves.address()});
    CHECK(fetches.watch.head_is(blocks.back().record.hash));
    CHECK(serves.watch.until([](const Watch& w) { return w.malformed_ == 1 && w.ended == 1; }));
}

TEST_CASE("node: a place that is taken cannot be listened on") {
    NodeOptions options;
    options.listen_port = 0;
    options.key = make_node_key();
    Node one(options, {});
    REQUIRE(one.open());
    options.listen_port = static_cast<std::uint16_t>(std::stoul(one.listen_address().substr(10)));
    Node two(options, {});
    const auto opened = two.open();
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code->word == "peer.cannot_listen");
}
