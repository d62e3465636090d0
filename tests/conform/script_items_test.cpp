#include <doctest/doctest.h>

#include <string>

#include "rlp/encode.hpp"
#include "tests/conform/known_target.hpp"
#include "tests/conform/script_support.hpp"

using namespace ethpoc;
using namespace ethpoc::test;

TEST_CASE("script: items are numbers, strings, lists and things") {
    const auto items = [](std::string_view text, std::string_view name = "23") {
        return payload("[" + std::string(text) + "]", name);
    };
    CHECK(items("") == "c0");
    CHECK(items("0 5 127 128 256 65536") == "cc80057f81808201008301"
                                            "0000");
    CHECK(items("0x14 0x00 0x100") == "c514808201"
                                      "00");
    CHECK(items("0x010000000000000000") == "ca89010000000000000000");
    CHECK(items("4294967296") == "c6850100000000");
    CHECK(items("u256max") == "e1a0" + std::string(64, 'f'));
    CHECK(items("\"dog\" \"\" \"a b]\"") == "ca83646f678084612062"
                                            "5d");
    CHECK(items("h'00' h'' h'7f' h'00ff'") == "c600807f8200ff");
    CHECK(items("[] [[]] [[] [1]]") == "c7c0c1c0c3c0c101");
    CHECK(items("bytes(3 0xcb) bytes(1 0x01) bytes(0 0x01)") == "c683cbcbcb0180");
    CHECK(items("nest(1)") == "c1c0");
    CHECK(items("nest(4)") == "c4c3c2c1c0");
    CHECK(items("3*1 2*[] 2*2*7") == "c9010101c0c007070707");
    CHECK(items("Hello Ping Peers GetChain") == "c480021114");
    CHECK(items("Status GetPeers GetBlocks", "p2p2/eth49") == "c3100415");
    CHECK(items("unknown1") == "e1a0" + std::string(64, '1'));
    CHECK(items("ip(203.0.113.7)", "12") == "c6c581cb807107");
    CHECK(items("ip(203.0.113.7)", "13") == "c584cb007107");
    CHECK(items("iplist(203.0.113.7)", "13") == "c6c581cb807107");
    CHECK(items("ipstring(203.0.113.7)", "12") == "c584cb007107");
    CHECK(items("2*ip(198.18.0.255+)") == "ca84c61200ff84c6120100");
    CHECK(items("key1").size() == 8 + 128);
    CHECK(items("key1") != items("key2"));
}

TEST_CASE("script: facts of the target stand in the text") {
    Facts facts = test::known_target(profile("23"));
    const auto item = [&](std::string_view text) { return payload("[" + std::string(text) + "]", facts); };
    CHECK(item("head") == "e1a0" + to_hex(*facts.head));
    CHECK(item("anc1") == "e1a0" + to_hex(facts.ancestors[0]));
    CHECK(item("anc19") == "e1a0" + to_hex(facts.ancestors[18]));
    CHECK(item("genesis") == "e1a0" + std::string(64, '9'));
    CHECK(item("td") == "c483020000");
    CHECK(item("block") == to_hex(rlp::encode_list(rlp::Raw{facts.foreign_block})));
    CHECK(item("block(head)") == to_hex(rlp::encode_list(rlp::Raw{facts.head_block})));
    CHECK(item("block(anc1)") == to_hex(rlp::encode_list(rlp::Raw{facts.parent_block})));
    CHECK(item("tx(bad)") == to_hex(rlp::encode_list(rlp::Raw{facts.bad_transaction})));
    CHECK(item("peer(target)") == "f84cf84a847f00000182765fb840" + std::string(128, '7'));
    CHECK(item("peer(127.0.0.1:own)").find("847f000001829dd4b840") != std::string::npos);
    facts.listen_port = 0;
    facts.endpoint = "10.0.0.1:17";
    CHECK(item("peer(target)") == "f84af848840a00000111b840" + std::string(128, '7'));
    const Facts old = test::known_target(profile("7"));
    CHECK(payload("[Peers peer(target)]", old).starts_with("f84d11f84ac47f80800182765fb840"));
}

TEST_CASE("script: protocol 0 is written in the item-counted dialect") {
    CHECK(payload("{Ping}", "0") == "8102");
    CHECK(payload("[Ping]", "0") == "8102");
    CHECK(payload("[Disconnect 0]", "0") == "820140");
    CHECK(payload("{Hello}", "0") == "86"
                                     "00"
                                     "00"
                                     "00"
                                     "4e657468706f632d636f6e666f726d"
                                     "07"
                                     "19765f");
    CHECK(bytes("2240089100000002c102", "0") == ping);
}
