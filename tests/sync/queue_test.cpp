// The queue between two threads: bounded in bytes, and nothing is lost.
#include "sync/queue.hpp"

#include <chrono>
#include <thread>

#include <doctest/doctest.h>

using ethpoc::sync::BoundedQueue;
using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

TEST_CASE("queue: first in, first out, and its bytes are counted") {
    BoundedQueue<int> queue(100);
    CHECK(queue.push(1, 40));
    CHECK_FALSE(queue.push(2, 40)); // it was not empty
    CHECK(queue.bytes() == 80);
    CHECK_FALSE(queue.push(3, 40)); // taken all the same: what was made is never lost
    CHECK(queue.bytes() == 120);
    CHECK(*queue.try_pop() == 1);
    CHECK(*queue.try_pop() == 2);
    CHECK(*queue.try_pop() == 3);
    CHECK_FALSE(queue.try_pop());
    CHECK(queue.bytes() == 0);
    CHECK(queue.push(4, 1));
}

TEST_CASE("queue: an item larger than the queue fills it and leaves it") {
    BoundedQueue<int> queue(10);
    queue.push(1, 1000);
    std::thread producer([&] {
        queue.wait_for_room();
        queue.push(2, 1);
    });
    std::this_thread::sleep_for(20ms);
    CHECK(queue.bytes() == 1000); // the producer waits
    CHECK(*queue.try_pop() == 1);
    producer.join();
    CHECK(*queue.try_pop() == 2);
}

TEST_CASE("queue: a producer that waits goes on when there is room") {
    BoundedQueue<int> queue(10);
    queue.push(1, 10);
    std::thread producer([&] {
        for (int i = 2; i <= 100; ++i) {
            queue.wait_for_room();
            queue.push(i, 10);
        }
    });
    const auto until = Clock::now() + 10s;
    int expected = 1;
    while (expected <= 100 && Clock::now() < until) {
        const auto item = queue.try_pop();
        if (!item) {
            std::this_thread::yield();
            continue;
        }
        CHECK(*item == expected++);
        CHECK(queue.bytes() <= 10);
    }
    CHECK(expected == 101);
    queue.close(); // or a producer that was not woken would be waited for
    producer.join();
}

TEST_CASE("queue: closing wakes the one that waits, and what is in it can still be taken") {
    BoundedQueue<int> queue(10);
    queue.push(1, 10);
    std::thread producer([&] { queue.wait_for_room(); });
    queue.close();
    producer.join();
    CHECK(*queue.try_pop() == 1);
    CHECK_FALSE(queue.try_pop());
}
