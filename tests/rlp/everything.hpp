// A struct with a member of every kind, nested in both ways: what the fast reader and the diagnosis must agree about.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "rlp/decode.hpp"
#include "rlp/encode.hpp"

namespace ethpoc::test {

struct Inner {
    std::uint64_t nonce = 0;
    U256 value{};
    BytesView data{};

    static constexpr auto rlp_fields = rlp::fields(
        rlp::field("nonce", &Inner::nonce), rlp::field("value", &Inner::value), rlp::field("data", &Inner::data));
};

struct Everything {
    std::uint8_t byte = 0;
    std::uint16_t port = 0;
    std::uint32_t number = 0;
    std::uint64_t big = 0;
    U256 huge{};
    BytesView view{};
    std::string_view text{};
    Bytes owned{};
    std::string owned_text{};
    FixedBytes<1> one{};
    Address address{};
    Hash256 hash{};
    NodeId node{};
    rlp::Item item{};
    rlp::Items items{};
    Inner inner{};
    std::vector<Inner> inners{};
    std::vector<Inner> short_inners{};
    std::vector<std::uint16_t> ports{};
    std::vector<std::vector<Hash256>> hashes{};
};

inline constexpr auto short_inner = rlp::fields(rlp::field("value", &Inner::value), rlp::field("nonce", &Inner::nonce));

inline constexpr auto everything = rlp::fields(
    rlp::field("byte", &Everything::byte), rlp::field("port", &Everything::port),
    rlp::field("number", &Everything::number), rlp::field("big", &Everything::big),
    rlp::field("huge", &Everything::huge), rlp::field("view", &Everything::view), rlp::field("text", &Everything::text),
    rlp::field("owned", &Everything::owned), rlp::field("owned_text", &Everything::owned_text),
    rlp::field("one", &Everything::one), rlp::field("address", &Everything::address),
    rlp::field("hash", &Everything::hash), rlp::field("node", &Everything::node), rlp::field("item", &Everything::item),
    rlp::field("items", &Everything::items), rlp::field("inner", &Everything::inner),
    rlp::field("inners", &Everything::inners), rlp::field("short_inners", &Everything::short_inners, short_inner),
    rlp::field("ports", &Everything::ports), rlp::field("hashes", &Everything::hashes));

} // namespace ethpoc::test
