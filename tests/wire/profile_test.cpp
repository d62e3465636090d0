// The table of versions: every row is there, is found, and has the ids of its family.
#include <set>
#include <string>

#include <doctest/doctest.h>

#include "wire/profile.hpp"

using namespace ethpoc;
using namespace ethpoc::wire;

TEST_CASE("profile: every flat version from 0 to 30 has one row") {
    for (std::uint32_t version = 0; version <= 30; ++version) {
        CAPTURE(version);
        const Profile* row = find_flat(version);
        REQUIRE(row != nullptr);
        CHECK(row->name == std::to_string(version));
        CHECK(row->version == version);
        CHECK(row->family == Family::flat);
    }
    CHECK(find_flat(31) == nullptr);
    CHECK(find_flat(0xffffffff) == nullptr);
}

TEST_CASE("profile: every eth version came with its p2p version") {
    struct Range {
        std::uint32_t p2p;
        std::uint32_t first;
        std::uint32_t last;
    };
    std::size_t rows = 0;
    for (const Range& range : {Range{0, 30, 33}, Range{1, 34, 34}, Range{2, 34, 52}, Range{3, 52, 56}}) {
        for (std::uint32_t eth = range.first; eth <= range.last; ++eth, ++rows) {
            CAPTURE(eth);
            const Profile* row = find_p2p(range.p2p, eth);
            REQUIRE(row != nullptr);
            CHECK(row->name == "p2p" + std::to_string(range.p2p) + "/eth" + std::to_string(eth));
        }
        CHECK(find_p2p(range.p2p, range.first - 1) == nullptr);
        CHECK(find_p2p(range.p2p, range.last + 1) == nullptr);
    }
    CHECK(profiles().size() == 31 + rows);
}

TEST_CASE("profile: names are unique and found, and tell people what they need") {
    std::set<std::string_view> names;
    for (const Profile& row : profiles()) {
        CHECK(names.insert(row.name).second);
        CHECK(find_profile(row.name) == &row);
        CHECK(row.era.starts_with("PoC-"));
        CHECK(row.clients.find('(') != std::string_view::npos);
    }
}

TEST_CASE("profile: releases and bare eth versions name rows") {
    struct Case {
        const char* name;
        const char* row;
    };
    for (const Case& one :
         {Case{"poc1", "0"}, Case{"poc3", "7"}, Case{"poc4", "11"}, Case{"poc5", "23"}, Case{"poc6", "p2p0/eth33"},
          Case{"poc7", "p2p2/eth49"}, Case{"poc8", "p2p3/eth54"}, Case{"49", "p2p2/eth49"}, Case{"30", "30"},
          Case{"31", "p2p0/eth31"}, Case{"34", "p2p2/eth34"}, Case{"52", "p2p3/eth52"}, Case{"56", "p2p3/eth56"}}) {
        INFO(one.name);
        REQUIRE(find_profile(one.name) != nullptr);
        CHECK(find_profile(one.name)->name == one.row);
    }
    for (const char* none : {"", "auto", "57", "07", "p2p", "p2p2", "p2p2/eth33", "poc2", "poc9", "/eth49", "eth49"}) {
        INFO(none);
        CHECK(find_profile(none) == nullptr);
    }
}

TEST_CASE("profile: columns change where the clients changed") {
    CHECK(find_flat(0)->dialect == rlp::Dialect::item_counted);
    CHECK(find_flat(1)->dialect == rlp::Dialect::modern);
    CHECK(find_flat(12)->address == AddressForm::octet_list);
    CHECK(find_flat(13)->address == AddressForm::string4);
    CHECK(find_p2p(0, 33)->address == AddressForm::string4);
    CHECK(find_p2p(1, 34)->address == AddressForm::string4_or_16);
    CHECK(find_flat(26)->sync == SyncStyle::chain);
    CHECK(find_flat(27)->sync == SyncStyle::hashes_limit_first);
    CHECK(find_flat(28)->sync == SyncStyle::hashes);
    CHECK(find_flat(1)->reasons == ReasonSet::none);
    CHECK(find_flat(2)->reasons == ReasonSet::flat);
    CHECK(find_flat(4)->reason_outside);
    CHECK_FALSE(find_flat(5)->reason_outside);
    CHECK(find_p2p(0, 30)->capabilities == CapabilityForm::names);
    CHECK(find_p2p(1, 34)->capabilities == CapabilityForm::pairs);
    CHECK(find_p2p(0, 33)->announce == AnnounceForm::blocks);
    CHECK(find_p2p(1, 34)->announce == AnnounceForm::new_block_bare);
    CHECK(find_p2p(2, 34)->announce == AnnounceForm::new_block);
    CHECK(find_p2p(2, 39)->shh_version == 1);
    CHECK(find_p2p(2, 40)->shh_version == 2);
}

TEST_CASE("profile: ids of the flat family") {
    const Profile& seven = *find_flat(7);
    CHECK(id_of(seven, MessageType::GetPeers) == 0x10);
    CHECK(id_of(seven, MessageType::GetChain) == 0x14);
    CHECK(id_of(seven, MessageType::NotInChain) == 0x15);
    CHECK(id_of(seven, MessageType::GetTransactions) == 0x16);
    CHECK_FALSE(id_of(seven, MessageType::GetBlockHashes).has_value());
    CHECK_FALSE(id_of(seven, MessageType::Status).has_value());
    CHECK_FALSE(id_of(seven, MessageType::Unknown).has_value());
    CHECK(type_of_id(seven, 0x17) == MessageType::Unknown);
    CHECK(type_of_id(seven, 0x04) == MessageType::Unknown);

    const Profile& twentyeight = *find_flat(28);
    CHECK_FALSE(id_of(twentyeight, MessageType::GetChain).has_value());
    CHECK(type_of_id(twentyeight, 0x14) == MessageType::Unknown);
    CHECK(id_of(twentyeight, MessageType::GetBlocks) == 0x19);
    CHECK(type_of_id(twentyeight, 0x17) == MessageType::GetBlockHashes);
}

TEST_CASE("profile: ids of the p2p family follow the offsets") {
    const Profile& poc7 = *find_profile("poc7");
    const IdOffsets usual{.eth = 0x10, .shh = 0x18};
    CHECK(id_of(poc7, MessageType::GetPeers, usual) == 0x04);
    CHECK(id_of(poc7, MessageType::Status, usual) == 0x10);
    CHECK(id_of(poc7, MessageType::NewBlock, usual) == 0x17);
    CHECK(id_of(poc7, MessageType::ShhStatus, usual) == 0x18);
    CHECK_FALSE(id_of(poc7, MessageType::GetChain, usual).has_value());
    CHECK(type_of_id(poc7, 0x18, usual) == MessageType::ShhStatus);
    CHECK(type_of_id(poc7, 0x1a, usual) == MessageType::Unknown);
    CHECK(type_of_id(poc7, 0x06, usual) == MessageType::Unknown);

    const IdOffsets shh_first{.eth = 0x14, .shh = 0x10};
    CHECK(type_of_id(poc7, 0x10, shh_first) == MessageType::ShhStatus);
    CHECK(type_of_id(poc7, 0x14, shh_first) == MessageType::Status);

    const IdOffsets none{.eth = 0, .shh = 0};
    CHECK_FALSE(id_of(poc7, MessageType::Status, none).has_value());
    CHECK(type_of_id(poc7, 0x10, none) == MessageType::Unknown);
    CHECK(type_of_id(poc7, 0x02, none) == MessageType::Ping);

    const Profile& poc6 = *find_profile("poc6");
    CHECK(type_of_id(poc6, 0x20) == MessageType::ShhStatus);
    CHECK(type_of_id(poc6, 0x17) == MessageType::Unknown);
}

TEST_CASE("profile: each id of each version leads back to its message") {
    for (const Profile& row : profiles()) {
        std::set<std::uint16_t> seen;
        for (std::size_t i = 0; i < message_type_count; ++i) {
            const auto type = static_cast<MessageType>(i);
            INFO(row.name);
            INFO(name_of(type));
            const auto id = id_of(row, type);
            if (!id) { continue; }
            CHECK(seen.insert(*id).second);
            CHECK(type_of_id(row, *id) == type);
        }
        CHECK(seen.size() >= 10);
        for (const std::uint64_t unofficial : {0xbbULL, 0xffULL, 0x110ULL, ~0ULL}) {
            CHECK(type_of_id(row, unofficial) == MessageType::Unknown);
        }
    }
}

TEST_CASE("message: types have names") {
    CHECK(name_of(MessageType::Hello) == "Hello");
    CHECK(name_of(MessageType::ShhMessages) == "ShhMessages");
    CHECK(name_of(MessageType::Unknown) == "Unknown");
    CHECK(type_of(Message{GetChain{}}) == MessageType::GetChain);
}
