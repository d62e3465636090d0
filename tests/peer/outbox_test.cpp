// Outbox: order, pace, limits.
#include "peer/outbox.hpp"

#include <doctest/doctest.h>

using namespace ethpoc;
using namespace ethpoc::peer;
using wire::MessageType;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t no_limit = ~std::size_t{0};
constexpr Time start{1h};

SharedFrame frame(std::size_t size, std::uint8_t fill = 0) {
    return std::make_shared<const Bytes>(size, fill);
}

} // namespace

TEST_CASE("outbox: frames leave in the order in which they came") {
    Outbox box;
    const wire::Quirks none;
    CHECK(box.empty());
    CHECK(box.front(start, none) == nullptr);
    CHECK(box.ready_at(none) == Time::max());
    for (std::uint8_t i = 0; i < 200; ++i) {
        REQUIRE(box.push(frame(10, i), MessageType::Pong, false, no_limit));
    }
    for (std::uint8_t i = 0; i < 200; ++i) {
        const auto* front = box.front(start, none);
        REQUIRE(front != nullptr);
        CHECK(front->frame->front() == i);
        box.pop(start);
    }
    CHECK(box.empty());
    CHECK(box.bytes() == 0);
}

TEST_CASE("outbox: relay traffic is shed above the limit, everything else is taken") {
    Outbox box;
    CHECK(box.push(frame(600), MessageType::Blocks, true, 1000));
    CHECK_FALSE(box.push(frame(600), MessageType::Blocks, true, 1000));
    CHECK(box.push(frame(600), MessageType::Blocks, false, 1000));
    CHECK(box.bytes() >= 1200);
    box.pop(start);
    box.pop(start);
    CHECK(box.bytes() == 0);
    CHECK(box.push(frame(600), MessageType::Blocks, true, 1000));
}

TEST_CASE("outbox: a tiny frame costs more than its bytes") {
    Outbox box;
    for (int i = 0; i < 100; ++i) {
        box.push(frame(10), MessageType::Pong, false, no_limit);
    }
    CHECK(box.bytes() >= 100 * (10 + sizeof(Outbox::Entry) + sizeof(Bytes)));
}

TEST_CASE("outbox: a gap lies between the starts of two frames") {
    Outbox box;
    wire::Quirks slow;
    slow.frame_gap = 300ms;
    box.push(frame(10), MessageType::Ping, false, no_limit);
    box.push(frame(10), MessageType::Pong, false, no_limit);
    CHECK(box.front(start, slow) != nullptr);
    box.pop(start);
    CHECK(box.front(start + 299ms, slow) == nullptr);
    CHECK(box.ready_at(slow) == start + 300ms);
    CHECK(box.front(start + 300ms, slow) != nullptr);
}

TEST_CASE("outbox: a gap between two blocks holds no other frame back but those after them") {
    Outbox box;
    wire::Quirks slow;
    slow.blocks_gap = 250ms;
    box.push(frame(10), MessageType::Blocks, false, no_limit);
    box.push(frame(10), MessageType::Pong, false, no_limit);
    box.push(frame(10), MessageType::Blocks, false, no_limit);
    box.pop(start);
    CHECK(box.front(start, slow)->type == MessageType::Pong);
    box.pop(start);
    CHECK(box.front(start + 249ms, slow) == nullptr);
    CHECK(box.front(start + 250ms, slow)->type == MessageType::Blocks);
}

TEST_CASE("outbox: the gap between two blocks outlives an empty queue") {
    Outbox box;
    wire::Quirks slow;
    slow.blocks_gap = 250ms;
    box.push(frame(10), MessageType::Blocks, false, no_limit);
    box.pop(start);
    box.push(frame(10), MessageType::Blocks, false, no_limit);
    CHECK(box.front(start + 100ms, slow) == nullptr);
    box.clear();
    CHECK(box.empty());
    CHECK(box.bytes() == 0);
}

TEST_CASE("outbox: the gap between two blocks counts from the question too") {
    Outbox box;
    wire::Quirks slow;
    slow.blocks_gap = 250ms;
    // A client that was stopped asks 200 ms after our last Blocks, which it has just read.
    box.push(frame(10), MessageType::Blocks, false, no_limit);
    box.pop(start);
    box.asked(start + 1000ms);
    box.push(frame(10), MessageType::Blocks, false, no_limit);
    box.push(frame(10), MessageType::Pong, false, no_limit);
    CHECK(box.front(start + 1249ms, slow) == nullptr);
    // A peer that asks without end does not put off the answer to its first question.
    box.asked(start + 1200ms);
    CHECK(box.ready_at(slow) == start + 1250ms);
    box.pop(start + 1250ms);
    CHECK(box.front(start + 1250ms, slow)->type == MessageType::Pong);
}
