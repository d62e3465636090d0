#include "chain/chain_file.hpp"

#include <doctest/doctest.h>

#include <sstream>

#include "chain/genesis.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;

TEST_CASE("chain file: head and blocks in their order") {
    std::istringstream in(
        R"({"chain":{"client":"go-p08","protocol":8,"genesis_hash":"00","genesis_rlp":"c0","note":"a, b"}}
{"n": 1, "hash":"aa","prev":"bb","rlp":"c101"}
{"n":2,"hex" : "c102"}

)");
    ChainFileReader reader(in);
    const auto head = reader.head();
    REQUIRE(head);
    CHECK(head->client == "go-p08");
    CHECK(head->protocol == 8);
    CHECK(head->genesis_rlp == Bytes{0xc0});
    CHECK(head->note == "a, b");
    CHECK(reader.next().value().value() == Bytes{0xc1, 0x01});
    CHECK(reader.next().value().value() == Bytes{0xc1, 0x02});
    const auto end = reader.next();
    REQUIRE(end);
    CHECK_FALSE(end->has_value());
}

TEST_CASE("chain file: a first line that is none") {
    for (const char* const line : {
             "",
             "{}",
             "[]",
             "c0c0c0",
             R"({"session":{"client":"x"}})",
             R"({"chain":{"protocol":8}})",
             R"({"chain":{"client":"x","genesis_rlp":"c0"}})",
             R"({"chain":{"protocol":7,"genesis_rlp":"c"}})",
             R"({"chain":{"protocol":7,"genesis_rlp":c0}})",
             R"({"chain":{"protocol":7,"genesis_rlp":"c0)",
             R"({"chain")",
             R"({"chain":)",
         }) {
        CAPTURE(line);
        std::istringstream in(line);
        ChainFileReader reader(in);
        CHECK_FALSE(reader.head());
    }
}

TEST_CASE("chain file: a bad line is named") {
    std::istringstream in(R"({"chain":{"protocol":7,"genesis_rlp":"c0"}}
{"n":1,"rlp":"c0"}
{"n":2}
)");
    ChainFileReader reader(in);
    REQUIRE(reader.head());
    REQUIRE(reader.next());
    const auto bad = reader.next();
    REQUIRE_FALSE(bad);
    CHECK(*bad.error().code == errors::bad_chain_file);
    CHECK(bad.error().detail.contains("line 3"));
}

TEST_CASE("chain file: a line without end is given up") {
    std::istringstream in("{\"chain\":{\"protocol\":7,\"genesis_rlp\":\"c0\"}}\n" + std::string(1000, 'a'));
    ChainFileReader reader(in, 100);
    REQUIRE(reader.head());
    const auto bad = reader.next();
    REQUIRE_FALSE(bad);
    CHECK(bad.error().detail.contains("too long"));
}
