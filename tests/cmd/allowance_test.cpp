// Buckets of bytes: by key, all together, and bounded in number.
#include "cmd/view/allowance.hpp"

#include <doctest/doctest.h>

using namespace ethpoc::cmd;
using namespace std::chrono_literals;

namespace {

constexpr Rate each{1000, 600}; // ten bytes a second
constexpr Rate plenty{1u << 30, 1u << 30};
constexpr AllowanceTime start{1000h};

/// Bytes spent in lines of `line` bytes until nothing is left.
std::size_t spend_all(Allowance& allowance, std::string_view key, std::size_t line, AllowanceTime now) {
    std::size_t spent = 0;
    while (allowance.left(key, now)) {
        allowance.spend(key, line, now);
        spent += line;
        if (spent > 1'000'000) { break; }
    }
    return spent;
}

} // namespace

TEST_CASE("allowance: so much at once, then as time goes by, and a line is never cut") {
    Allowance allowance(each, plenty);
    CHECK(spend_all(allowance, "a", 300, start) == 1200);    // the last line overdraws by 200
    CHECK(spend_all(allowance, "a", 300, start + 10s) == 0); // the debt is paid first
    CHECK(spend_all(allowance, "a", 300, start + 21s) == 300);
    CHECK(spend_all(allowance, "b", 300, start) == 1200);      // another key is another allowance
    CHECK(spend_all(allowance, "a", 300, start + 1h) == 1200); // never more than at once
}

TEST_CASE("allowance: a steady flood gets what a minute gives") {
    Allowance allowance(each, plenty);
    std::size_t spent = 0;
    for (int ms = 0; ms < 600'000; ms += 100) {
        spent += spend_all(allowance, "a", 50, start + std::chrono::milliseconds(ms));
    }
    CHECK(spent <= 1000 + 10 * 600 + 50);
    CHECK(spent >= 1000 + 10 * 600 - 100);
}

TEST_CASE("allowance: many keys share what is there for all") {
    Allowance allowance(each, Rate{5000, 5000});
    std::size_t spent = 0;
    for (int key = 0; key < 500; ++key) {
        spent += spend_all(allowance, std::to_string(key), 100, start);
    }
    CHECK(spent == 5000);
}

TEST_CASE("allowance: keys are bounded, and a new key is no way to a new allowance") {
    Allowance allowance(each, plenty, 16);
    std::size_t spent = 0;
    for (int key = 0; key < 100'000; ++key) {
        spent += spend_all(allowance, std::to_string(key), 100, start);
    }
    CHECK(allowance.keys() == 16);
    CHECK(spent == 17 * 1000); // sixteen of their own, and one that the others share
    CHECK(spend_all(allowance, "0", 100, start + 1s) <= 100);
    // After two minutes they are forgotten one by one, as others come.
    CHECK(spend_all(allowance, "new", 100, start + 3min) == 1000);
    CHECK(allowance.keys() == 16);
}

TEST_CASE("allowance: what was left out is told at once, then once a minute") {
    LeftOut left_out;
    CHECK(left_out.due(start) == 0);
    left_out.add();
    CHECK(left_out.due(start) == 1);
    left_out.add();
    left_out.add();
    CHECK(left_out.due(start + 59s) == 0);
    CHECK(left_out.due(start + 60s) == 2);
    CHECK(left_out.due(start + 180s) == 0);
    left_out.add();
    CHECK(left_out.rest() == 1);
    CHECK(left_out.rest() == 0);
}

TEST_CASE("allowance: the key of an address is without its port, and half of IPv6") {
    CHECK(address_key("127.0.0.1:30303") == "127.0.0.1");
    CHECK(address_key("localhost:1") == "localhost");
    CHECK(address_key("[2001:db8:1:2:3:4:5:6]:1") == "2001:db8:1:2");
    CHECK(address_key("[2001:db8:1:2:ffff:4:5:7]:2") == "2001:db8:1:2");
    CHECK(address_key("[2001:db8::1]:1") == "2001:db8:0:0");
    CHECK(address_key("[2001::5:6:7:8:9]:1") == "2001:0:0:5");
    CHECK(address_key("[::1]:1") == "0:0:0:0");
    CHECK(address_key("[1:2:3:4::]:1") == "1:2:3:4");
    CHECK(address_key("[::ffff:10.0.0.1]:5") == "10.0.0.1");
    CHECK(address_key("") == "");
    CHECK(address_key("[") == "0:0:0:0");
    CHECK(address_key("[]:1") == "0:0:0:0");
}
