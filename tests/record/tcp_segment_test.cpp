#include "record/tcp_segment.hpp"

#include <doctest/doctest.h>

#include "tests/support/shared.hpp"

using namespace ethpoc;
using test::hex;

TEST_CASE("tcp segment: addresses as text") {
    struct Row {
        const char* ip;
        const char* text;
    };
    for (const Row& row : {
             Row{"00000000000000000000000000000000", "[::]:1"}, Row{"00000000000000000000000000000001", "[::1]:1"},
             Row{"00010000000000000000000000000000", "[1::]:1"},
             Row{"00010002000300040005000600070008", "[1:2:3:4:5:6:7:8]:1"},
             Row{"20010db8000000000001000000000001", "[2001:db8::1:0:0:1]:1"}, // the first of two equal runs
             Row{"20010000000100000000000100000001", "[2001:0:1::1:0:1]:1"},
             Row{"20010db8000000010001000100010001", "[2001:db8:0:1:1:1:1:1]:1"}, // one group is not shortened
         }) {
        record::TcpAddress address{.ip_size = 16, .port = 1};
        std::ranges::copy(hex(row.ip), address.ip.begin());
        CHECK(address.text() == row.text);
    }
}
