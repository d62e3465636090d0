#include "wire/limits.hpp"

#include <doctest/doctest.h>

#include "tests/support/shared.hpp"
#include "wire/codec.hpp"

using namespace ethpoc;
using namespace ethpoc::wire;

TEST_CASE("limits: the beginning of a payload says its type, in every version") {
    for (const Profile& profile : profiles()) {
        CAPTURE(profile.name);
        for (std::size_t i = 0; i < message_type_count; ++i) {
            const auto type = static_cast<MessageType>(i);
            const auto id = id_of(profile, type);
            if (!id) { continue; }
            const Bytes frame = type == MessageType::Hello        ? compose_hello(profile, {})
                                : type == MessageType::Disconnect ? compose_disconnect(profile, reason::bad_protocol)
                                                                  : compose_plain(profile, type);
            if (frame.empty()) { continue; }
            const BytesView payload = BytesView(frame).subspan(8);
            CHECK(peek_type(profile, payload) == type);
            CHECK(peek_type(profile, payload.first(std::min<std::size_t>(payload.size(), 18))) == type);
            CHECK_FALSE(peek_type(profile, payload.first(0)));
        }
    }
}

TEST_CASE("limits: long headers, long ids and what is no message") {
    const Profile& profile = *find_profile("12");
    struct Row {
        const char* head;
        std::optional<MessageType> type;
    };
    for (const Row& row : {
             Row{"f8", std::nullopt},
             Row{"f90200", std::nullopt},
             Row{"f9020013", MessageType::Blocks},
             Row{"ff0000000000000200 13", MessageType::Blocks},
             Row{"c88113", MessageType::Blocks},
             Row{"c8820013", MessageType::Blocks}, // a leading zero, as the decoder tolerates
             Row{"c88200", std::nullopt},
             Row{"c880", MessageType::Hello},
             Row{"c24d", MessageType::Unknown},
             Row{"c2c0", MessageType::Unknown},
             Row{"c9 89 0102030405060708 09", MessageType::Unknown},
             Row{"83", MessageType::Unknown},
             Row{"00", MessageType::Unknown},
         }) {
        CAPTURE(row.head);
        CHECK(peek_type(profile, test::hex(row.head)) == row.type);
    }
    CHECK(peek_type(*find_profile("0"), test::hex("8413")) == MessageType::Blocks);
    CHECK(peek_type(*find_profile("0"), test::hex("c113")) == MessageType::Unknown);
}

TEST_CASE("limits: a list with more entries than its row has is refused before it is walked") {
    const Profile& profile = *find_profile("12");
    const auto blocks = [](std::size_t items) {
        Bytes out = test::hex("fa000000 13");
        out.resize(4 + 1 + items, 0xc0);
        const std::size_t size = out.size() - 4;
        out[1] = static_cast<std::uint8_t>(size >> 16);
        out[2] = static_cast<std::uint8_t>(size >> 8);
        out[3] = static_cast<std::uint8_t>(size);
        return out;
    };
    const std::size_t most = limits_of(MessageType::Blocks).items;
    CHECK(decode(profile, blocks(most - 1)));
    const auto refused = decode(profile, blocks(most));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code->word == "rlp.item_limit");
}

TEST_CASE("limits: rows make sense") {
    for (std::size_t i = 0; i <= message_type_count; ++i) {
        const auto type = static_cast<MessageType>(i);
        CAPTURE(name_of(type));
        const MessageLimits& row = limits_of(type);
        CHECK(row.before_hello > 0);
        CHECK(row.before_hello <= row.bytes);
        CHECK(row.before_hello <= 69'632); // tiny: nobody has said who it is
        CHECK(row.items >= 64);
        CHECK((row.burst == 0) == (row.per_second == 0));
    }
}
