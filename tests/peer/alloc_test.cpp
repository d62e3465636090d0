// What the receive path asks the heap for: nothing, once a session is in its stride. The operators below count for this
// whole test program.
#include <doctest/doctest.h>

#include <cstdlib>
#include <malloc.h>
#include <memory>
#include <new>

#include "peer/session.hpp"
#include "tests/support/session_bench.hpp"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define ETHPOC_COUNTS_ALLOCATIONS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define ETHPOC_COUNTS_ALLOCATIONS 0
#endif
#endif
#ifndef ETHPOC_COUNTS_ALLOCATIONS
#define ETHPOC_COUNTS_ALLOCATIONS 1
#endif

namespace {

thread_local std::size_t allocations = 0;
thread_local std::ptrdiff_t live_bytes = 0; // of this thread's doing

} // namespace

#if ETHPOC_COUNTS_ALLOCATIONS
// NOLINTBEGIN(cppcoreguidelines-no-malloc): this is what new is made of
[[gnu::noinline]] void* operator new(std::size_t size) {
    void* const memory = std::malloc(size);
    if (memory == nullptr) { throw std::bad_alloc(); }
    ++allocations;
    live_bytes += static_cast<std::ptrdiff_t>(::malloc_usable_size(memory));
    return memory;
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
    if (memory != nullptr) { live_bytes -= static_cast<std::ptrdiff_t>(::malloc_usable_size(memory)); }
    std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
    operator delete(memory);
}
// NOLINTEND(cppcoreguidelines-no-malloc)
#endif

namespace {

using namespace ethpoc;
using namespace ethpoc::peer;

/// Counts what arrives, and keeps nothing.
class Counter final : public wire::ChainPort {
  public:
    std::size_t items = 0;
    void add_transactions(wire::ConnectionId, const wire::Transactions& m) override { items += m.items.size(); }
    void add_blocks(wire::ConnectionId, const wire::Blocks& m) override { items += m.items.size(); }
    void add_new_block(wire::ConnectionId, const wire::NewBlock&) override { ++items; }
    void add_block_hashes(wire::ConnectionId, const wire::BlockHashes& m) override { items += m.hashes.size(); }
    void not_in_chain(wire::ConnectionId, const wire::NotInChain&) override { ++items; }
    void request_chain(wire::ConnectionId, const wire::GetChain& m) override { items += m.hashes.size(); }
    void request_block_hashes(wire::ConnectionId, const wire::GetBlockHashes&) override { ++items; }
    void request_blocks(wire::ConnectionId, const wire::GetBlocks& m) override { items += m.hashes.size(); }
    void request_transactions(wire::ConnectionId) override { ++items; }
};

/// Counts messages, so that the session has somebody to tell.
class Listener final : public ObserverOf<Listener> {
  public:
    std::size_t messages = 0;
    void on(const event::Message&) { ++messages; }
};

class QuietHost final : public SessionHost {
  public:
    Counter counter{};
    Listener listener{};
    Observers all{&listener};

    Guess guess(const Session&) override { return {wire::find_profile("12"), false, false}; }
    wire::HelloOut our_hello(const Session&, const wire::Profile&) override { return {}; }
    std::optional<wire::Reason> refuse(const Session&, const wire::Greeting&) override { return std::nullopt; }
    void ready(Session&) override {}
    wire::Status our_status(const Session&) override { return {}; }
    std::vector<wire::PeerEntry> known_peers(const Session&) override { return {}; }
    void learn_peer(const Session&, const wire::PeerEntry&) override {}
    wire::ChainPort& chain(Time) override { return counter; }
    bool chain_full(const Session&) const override { return false; }
    const Observers& observers() const override { return all; }
};

struct Established {
    QuietHost host{};
    SessionOptions options{};
    Time now{std::chrono::hours(1)};
    Session session{host, options, 7, Direction::inbound, "192.0.2.1:30303"};

    Established() {
        session.start(now);
        feed(test::hello_frame());
        REQUIRE(session.phase() == Phase::ready);
    }
    void feed(BytesView bytes) {
        now += std::chrono::milliseconds(100); // no type of message comes faster than it may
        session.receive(bytes, now);
        while (session.writable(now) != nullptr) {
            session.wrote(now);
        }
    }
};

/// How often the heap is asked in 100 times `frame`, after a few to get into stride.
std::size_t asked_for(Established& peer, const Bytes& frame) {
    for (int i = 0; i < 8; ++i) {
        peer.feed(frame);
    }
    const std::size_t before = allocations;
    for (int i = 0; i < 100; ++i) {
        peer.feed(frame);
    }
    return allocations - before;
}

Bytes list_message(std::uint8_t id, std::size_t items) {
    const auto transaction = rlp::encode_list(1u, 2u, std::string_view("some bytes that stand for the rest of it"));
    const std::vector<rlp::Raw> all(items, rlp::Raw{transaction});
    rlp::BackwardWriter out;
    for (const auto& item : all) {
        out.put_raw(item.bytes);
    }
    out.put_uint(id);
    out.close_list(0);
    out.put_raw(wire::frame_header(out.mark()));
    return out.take();
}

} // namespace

TEST_CASE("alloc: the counter counts") {
    if (ETHPOC_COUNTS_ALLOCATIONS == 0) {
        MESSAGE("skipped: a sanitizer has its own operator new");
        return;
    }
    const std::size_t before = allocations;
    const auto live = live_bytes;
    const auto number = std::make_unique<int>(1);
    CHECK(allocations == before + 1);
    CHECK(live_bytes >= live + 4);
}

TEST_CASE("alloc: no message costs an allocation between socket and ports") {
    struct Row {
        const char* what;
        Bytes frame;
        std::size_t items; // that the chain is given with each
    };
    const std::vector<Row> rows{
        {"Ping, and the Pong to it", test::framed("c102"), 0},
        {"Pong", test::framed("c103"), 0},
        {"Ping in a longer form", test::framed("c20201"), 0},
        {"Transactions", list_message(0x12, 1), 1},
        {"many Transactions", list_message(0x12, 100), 100},
        {"Blocks", list_message(0x13, 32), 32},
        {"GetChain", test::framed("e514a0000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f820100"), 1},
        {"NotInChain", test::framed("e215a0000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"), 1},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        Established peer;
        CHECK(asked_for(peer, row.frame) == 0);
        CHECK(peer.host.counter.items == 108 * row.items);
        CHECK(peer.host.listener.messages >= 108);
        CHECK(peer.session.phase() == Phase::ready);
    }
}

TEST_CASE("alloc: an idle peer owns no read buffer") {
    Established peer;
    const Bytes frame = list_message(0x13, 1000);
    Bytes stream;
    for (int i = 0; i < 20; ++i) {
        stream.insert(stream.end(), frame.begin(), frame.end());
    }
    peer.feed(frame);
    const auto before = live_bytes;
    // The last piece ends with a frame; on the way there, parts of frames were kept.
    for (std::size_t at = 0; at < stream.size(); at += 4'001) {
        peer.feed(BytesView(stream).subspan(at, std::min<std::size_t>(4'001, stream.size() - at)));
    }
    CHECK(peer.host.counter.items == 21'000);
    CHECK(live_bytes <= before);
}

TEST_CASE("alloc: a session at rest is small") {
    const auto before = live_bytes;
    const auto peer = std::make_unique<Established>();
    CHECK(live_bytes - before < 2'048);
}
