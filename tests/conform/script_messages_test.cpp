#include <doctest/doctest.h>

#include <set>
#include <string>

#include "conform/case.hpp"
#include "tests/conform/known_target.hpp"
#include "tests/conform/script_support.hpp"
#include "wire/codec.hpp"

using namespace ethpoc;
using namespace ethpoc::test;

TEST_CASE("script: a good message is the one that wire composes") {
    for (const wire::Profile& version : wire::profiles()) {
        CAPTURE(version.name);
        const Facts facts = test::known_target(version);
        wire::HelloOut hello{.client_id = "ethpoc-conform", .listen_port = 30303};
        hello.node_id = conform::node_id_of("F01", 0);
        hello.total_difficulty = *facts.total_difficulty;
        hello.best_hash = *facts.head;
        hello.genesis_hash = *facts.genesis;
        const Bytes composed = wire::compose_hello(version, hello);
        CHECK(bytes("{Hello}", facts) == to_hex(composed));
        CHECK(conform::hello_frame(facts, "F01", 0) == composed);
        for (const auto type : {wire::MessageType::Ping, wire::MessageType::Pong, wire::MessageType::GetPeers,
                                wire::MessageType::GetTransactions}) {
            const std::string name = "{" + std::string(wire::name_of(type)) + "}";
            CHECK(bytes(name, facts) == to_hex(wire::compose_plain(version, type)));
        }
        if (version.family == wire::Family::p2p) {
            const wire::Status status{version.eth_version, U256{}, *facts.total_difficulty, *facts.head,
                                      *facts.genesis};
            CHECK(bytes("{Status}", facts) == to_hex(wire::compose_status(version, status)));
            CHECK(conform::status_frame(facts) == wire::compose_status(version, status));
        } else {
            CHECK(conform::status_frame(facts).empty());
        }
        if (version.sync != wire::SyncStyle::chain) {
            CHECK(bytes("{GetBlockHashes hash=head limit=3}", facts) ==
                  to_hex(wire::compose_get_block_hashes(version, *facts.head, 3)));
        }
        const std::uint64_t reason = version.family == wire::Family::flat && version.version < 8 ? 0 : 8;
        CHECK(bytes("{Disconnect}", facts) ==
              to_hex(wire::compose_disconnect(version, static_cast<wire::Reason>(reason))));
    }
}

TEST_CASE("script: what is not known of the target is left empty in a greeting") {
    Facts facts = facts_of("30");
    CHECK(to_hex(conform::hello_frame(facts, "F01", 0))
              .ends_with("01a0" + std::string(64, '0') + "a0" + std::string(64, '0')));
    facts.genesis = Hash256{};
    facts.genesis->bytes.fill(0x99);
    CHECK(to_hex(conform::hello_frame(facts, "F01", 0))
              .ends_with("01a0" + std::string(64, '9') + "a0" + std::string(64, '9')));
    CHECK_FALSE(conform::status_frame(facts_of("p2p2/eth49")).empty());
}

TEST_CASE("script: members of a Hello change") {
    const auto hello = [](std::string_view changes, std::string_view name = "23") {
        std::string out = payload("{Hello " + std::string(changes) + "}", name);
        const std::string id = to_hex(conform::node_id_of("F01", 0));
        const std::size_t at = out.find(id);
        if (at != std::string::npos) { out.replace(at, id.size(), "ID"); }
        return out.substr(out.starts_with("f8") ? 4 : out.starts_with("f9") ? 6 : 2);
    };
    const std::string client = "8e657468706f632d636f6e666f726d";
    CHECK(hello("") == "801780" + client + "0782765fb840ID");
    CHECK(hello("version=+1") == "801880" + client + "0782765fb840ID");
    CHECK(hello("version=-1") == "801680" + client + "0782765fb840ID");
    CHECK(hello("version=+256") == "8082011780" + client + "0782765fb840ID");
    CHECK(hello("version=0") == "808080" + client + "0782765fb840ID");
    CHECK(hello("network=1") == "801701" + client + "0782765fb840ID");
    CHECK(hello("client=\"\"") == "801780800782765fb840ID");
    CHECK(hello("client=[]") == "801780c00782765fb840ID");
    CHECK(hello("client=x*3") == "801780837878780782765fb840ID");
    CHECK(hello("client=\"a } b\" caps=0") == "801780856120"
                                              "7d20628082765fb840ID");
    CHECK(hello("caps=65535") == "801780" + client + "82ffff82765fb840ID");
    CHECK(hello("port=0") == "801780" + client + "0780b840ID");
    CHECK(hello("port=h'0050'") == "801780" + client + "07820050b840ID");
    CHECK(hello("id=zero") == "801780" + client + "0782765fb840" + std::string(128, '0'));
    CHECK(hello("id=missing") == "801780" + client + "0782765f");
    CHECK(hello("id=empty") == "801780" + client + "0782765f80");
    CHECK(hello("id=65") == "801780" + client + "0782765fb841ID01");
    CHECK(hello("id=63") == "801780" + client + "0782765fb83f" + to_hex(conform::node_id_of("F01", 0)).substr(2));
    CHECK(hello("id=hex") ==
          "801780" + client + "0782765fb880" + to_hex(as_bytes(to_hex(conform::node_id_of("F01", 0)))));
    CHECK(hello("order=port-first") == "801780" + client + "82765f07b840ID");
    CHECK(hello("extra=3") == "801780" + client + "0782765fb840ID010101");
    CHECK(hello("items=2") == "8017");
    CHECK(hello("items=1") == "80");
    CHECK(hello("type=h'00'") == "001780" + client + "0782765fb840ID");
    CHECK(hello("td=7 head=unknown1", "28").ends_with("b840ID07a0" + std::string(64, '1')));
    CHECK(hello("td=7 head=unknown1 order=head-first", "28").ends_with("b840IDa0" + std::string(64, '1') + "07"));
    CHECK(hello("head=bytes(31 0x11)", "28").ends_with("019f" + std::string(62, '1')));
    CHECK(hello("genesis=unknown1", "30").ends_with("a0" + std::string(64, '1')));
    CHECK(hello("items=7", "27").ends_with("b840ID"));
}

TEST_CASE("script: the node id of protocols 2 to 4 stands in the list or behind it") {
    const std::string id = to_hex(conform::node_id_of("F01", 0));
    const std::string members = "80"
                                "04"
                                "80"
                                "8e657468706f632d636f6e666f726d0782765f";
    CHECK(payload("{Hello key=inside}", "4") == "f858" + members + "b840" + id);
    CHECK(payload("{Hello}", "4") == "f858" + members + "b840" + id);
    CHECK(payload("{Hello key=outside}", "4") == "d6" + members + "b840" + id);
    CHECK(error_of("{Hello key=outside}", facts_of("1")).offset == 11);
}

TEST_CASE("script: other messages change too") {
    Facts facts = test::known_target(profile("p2p2/eth49"));
    const std::string genesis = "a0" + std::string(64, '9');
    const std::string head = "a0" + to_hex(*facts.head);
    const auto status = [&](std::string_view changes) {
        return payload("{Status " + std::string(changes) + "}", facts);
    };
    CHECK(status("") == "f8491031808302"
                        "0000" +
                            head + genesis);
    CHECK(status("version=+1") == "f849103280830"
                                  "20000" +
                                      head + genesis);
    CHECK(status("version=1000").starts_with("f84b108203e880"));
    CHECK(status("td=h'00' head=genesis") == "f846103180"
                                             "00" +
                                                 genesis + genesis);
    CHECK(status("head=\"\"") == "e9103180830"
                                 "20000"
                                 "80" +
                                     genesis);
    CHECK(status("items=4") == "c7103180830"
                               "20000");
    CHECK(status("extra=1").ends_with(genesis + "01"));
    CHECK(payload("{NewBlock}", facts).ends_with("83020000"));
    CHECK(payload("{GetBlockHashes hash=unknown1 limit=u256max}", facts) ==
          "f84313a0" + std::string(64, '1') + "a0" + std::string(64, 'f'));
    CHECK(payload("{GetBlockHashes hash=unknown1 limit=5}", "27") == "e31705a0" + std::string(64, '1'));
    CHECK(payload("{Disconnect reason=4}", "23") == "c20104");
    CHECK(payload("{Peers}", "23") == "c111");
    CHECK(payload("{GetChain hashes=unknown1}", "23") == "e514a0" + std::string(64, '1') + "820100");
}

TEST_CASE("script: no two node ids are the same, and each run has them again") {
    std::set<NodeId> ids;
    for (const conform::Case& row : conform::cases()) {
        for (conform::Line line = 0; line < 3; ++line) {
            CHECK(ids.insert(conform::node_id_of(row.id, line)).second);
        }
    }
    CHECK(
        to_hex(conform::node_id_of("F01", 0)).starts_with(to_hex(BytesView{*ids.find(conform::node_id_of("F01", 0))})));
}
