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
        REQUIRE(box.push(frame(10, i), MessageType::Pong, false, no_limit).empty());
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

TEST_CASE("outbox: the oldest relay traffic is shed first, and replies never") {
    using Types = std::vector<MessageType>;
    Outbox box;
    const wire::Quirks none;
    CHECK(box.push(frame(600, 1), MessageType::NewBlock, true, 2000).empty());
    CHECK(box.push(frame(600, 2), MessageType::Pong, false, 2000).empty());
    CHECK(box.push(frame(600, 3), MessageType::Transactions, true, 2000) == Types{MessageType::NewBlock});
    CHECK(box.push(frame(600, 4), MessageType::Blocks, true, 2000) == Types{MessageType::Transactions});
    // A reply finds room, too; and is taken where there is none.
    CHECK(box.push(frame(600, 5), MessageType::Blocks, false, 2000) == Types{MessageType::Blocks});
    CHECK(box.push(frame(600, 6), MessageType::Blocks, false, 2000).empty());
    CHECK(box.bytes() > 2000);
    CHECK(box.push(frame(10, 7), MessageType::Blocks, true, 2000) == Types{MessageType::Blocks}); // itself
    std::string order;
    while (const auto* const front = box.front(start, none)) {
        order += std::to_string(front->frame->front());
        box.pop(start);
    }
    CHECK(order == "256");
    CHECK(box.bytes() == 0);
    CHECK(box.push(frame(600), MessageType::Blocks, true, 1000).empty());
}

TEST_CASE("outbox: a frame of which a part has left is not shed, nor forgotten before the last word") {
    Outbox box;
    const wire::Quirks none;
    box.push(frame(600, 1), MessageType::Blocks, true, 1000);
    REQUIRE(box.front(start, none) != nullptr);
    box.begin();
    CHECK(box.push(frame(600, 2), MessageType::Blocks, true, 1000).size() == 1); // the new one
    box.push(frame(600, 3), MessageType::Pong, false, 1000);
    CHECK(box.front(start, none)->frame->front() == 1);
    box.clear_unbegun();
    CHECK(box.front(start, none)->frame->front() == 1);
    box.push(frame(10, 4), MessageType::Disconnect, false, 1000);
    box.pop(start);
    CHECK(box.front(start, none)->frame->front() == 4);
    box.clear_unbegun();
    CHECK(box.empty());
    CHECK(box.bytes() == 0);
}

TEST_CASE("outbox: a peer that reads nothing costs no more however much is shed for it") {
    Outbox box;
    const wire::Quirks none;
    box.push(frame(100), MessageType::Pong, false, 100'000);
    box.begin();
    std::size_t shed = 0;
    for (int i = 0; i < 200'000; ++i) {
        shed += box.push(frame(100, static_cast<std::uint8_t>(i)), MessageType::Transactions, true, 100'000).size();
        CHECK(box.bytes() <= 100'000);
    }
    CHECK(box.entries() < 2'000);
    box.pop(start);
    std::size_t left = 0;
    std::uint8_t last = 0;
    for (; !box.empty(); ++left) {
        last = box.front(start, none)->frame->front();
        box.pop(start);
    }
    CHECK(left + shed == 200'000);
    CHECK(last == static_cast<std::uint8_t>(199'999)); // the newest
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
