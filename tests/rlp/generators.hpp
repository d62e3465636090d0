// Random items and structs for properties.
#pragma once

#include <rapidcheck.h>

#include "tests/rlp/everything.hpp"

namespace ethpoc::test {

/// Any number of bits is equally likely, so that all lengths of encodings occur.
inline U256 any_u256() {
    U256 out;
    const int bits = *rc::gen::inRange(0, 257);
    for (std::size_t i = 0; i < 4; ++i) {
        const int here = bits - 64 * static_cast<int>(i);
        const auto limb = *rc::gen::arbitrary<std::uint64_t>();
        out.limbs[i] = here >= 64 ? limb : here <= 0 ? 0 : limb >> (64 - here);
    }
    return out;
}

template <class U>
U any_uint() {
    return static_cast<U>(*rc::gen::arbitrary<std::uint64_t>() >> *rc::gen::inRange(0, 64));
}

inline Bytes any_bytes(int most) {
    const auto size = static_cast<std::size_t>(*rc::gen::inRange(0, most));
    return *rc::gen::container<Bytes>(size, rc::gen::arbitrary<std::uint8_t>());
}

template <std::size_t N>
FixedBytes<N> any_fixed() {
    FixedBytes<N> out;
    for (auto& byte : out.bytes) {
        byte = *rc::gen::arbitrary<std::uint8_t>();
    }
    return out;
}

/// Puts `count` random items in front of what `out` holds, lists at most `depth` deep.
inline void put_any_items(rlp::BackwardWriter& out, int count, int depth) { // NOLINT(misc-no-recursion): depth is ours
    for (int i = 0; i < count; ++i) {
        if (depth > 0 && *rc::gen::inRange(0, 3) == 0) {
            const std::size_t mark = out.mark();
            put_any_items(out, *rc::gen::inRange(0, 5), depth - 1);
            out.close_list(mark);
        } else {
            out.put_string(any_bytes(*rc::gen::element(3, 60, 300)));
        }
    }
}

/// One canonical item.
inline Bytes any_item() {
    rlp::BackwardWriter out;
    put_any_items(out, 1, 4);
    return out.take();
}

inline Bytes any_list() {
    rlp::BackwardWriter out;
    put_any_items(out, *rc::gen::inRange(0, 6), 4);
    out.close_list(0);
    return out.take();
}

/// An Everything and the bytes that its views point to.
struct OwnedEverything {
    Bytes view = any_bytes(300);
    Bytes text = any_bytes(60);
    Bytes item = any_item();
    Bytes items = any_list();
    Bytes data = any_bytes(80);
    Everything value{};

    OwnedEverything(const OwnedEverything&) = delete;
    OwnedEverything& operator=(const OwnedEverything&) = delete;

    Inner any_inner() const { return {any_uint<std::uint64_t>(), any_u256(), data}; }

    OwnedEverything() {
        value.byte = any_uint<std::uint8_t>();
        value.port = any_uint<std::uint16_t>();
        value.number = any_uint<std::uint32_t>();
        value.big = any_uint<std::uint64_t>();
        value.huge = any_u256();
        value.view = view;
        value.text = as_text(text);
        value.owned = any_bytes(70);
        value.owned_text = std::string(as_text(any_bytes(70)));
        value.one = any_fixed<1>();
        value.address = any_fixed<20>();
        value.hash = any_fixed<32>();
        value.node = any_fixed<64>();
        value.item = rlp::first_item(item).value();
        value.items = rlp::list_items(items).value();
        value.inner = any_inner();
        for (int n = *rc::gen::inRange(0, 4); n > 0; --n) {
            value.inners.push_back(any_inner());
            value.short_inners.push_back({any_uint<std::uint64_t>(), any_u256(), {}});
            value.ports.push_back(any_uint<std::uint16_t>());
            value.hashes.push_back({any_fixed<32>(), any_fixed<32>()});
        }
    }
};

} // namespace ethpoc::test
