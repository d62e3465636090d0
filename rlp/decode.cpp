#include "rlp/decode.hpp"

namespace ethpoc::rlp {
namespace detail {

template <bool Strict>
bool count_items(BytesView payload, std::size_t& count, std::size_t most) noexcept {
    const std::uint8_t* p = payload.data();
    const std::uint8_t* const end = p + payload.size();
    std::size_t found = 0;
    while (p < end && found <= most) {
        if (distance(p, end) >= 8 && eight_single_bytes(p)) {
            p += 8;
            found += 8;
            continue;
        }
        Item item;
        if (!read_item<Strict>(p, end, item)) { return false; }
        p += item.header_size + item.payload_size;
        ++found;
    }
    count = found;
    return true;
}
template bool count_items<true>(BytesView, std::size_t&, std::size_t) noexcept;
template bool count_items<false>(BytesView, std::size_t&, std::size_t) noexcept;

template <bool Strict>
const std::uint8_t* read_scalar_slow(const std::uint8_t* p, const std::uint8_t* limit, std::size_t width,
                                     U256& out) noexcept {
    Item item;
    if (!read_item<Strict>(p, limit, item) || item.is_list) { return nullptr; }
    BytesView digits = item.payload();
    while (!digits.empty() && digits.front() == 0) {
        if (Strict) { return nullptr; }
        digits = digits.subspan(1);
    }
    if (digits.size() > width) { return nullptr; }
    out = U256{};
    for (std::size_t i = 0; i < digits.size(); ++i) {
        const std::size_t place = digits.size() - 1 - i;
        out.limbs[place / 8] |= std::uint64_t{digits[i]} << (8 * (place % 8));
    }
    return p + item.header_size + item.payload_size;
}
template const std::uint8_t* read_scalar_slow<true>(const std::uint8_t*, const std::uint8_t*, std::size_t,
                                                    U256&) noexcept;
template const std::uint8_t* read_scalar_slow<false>(const std::uint8_t*, const std::uint8_t*, std::size_t,
                                                     U256&) noexcept;

template <bool Strict>
const std::uint8_t* read_fixed_slow(const std::uint8_t* p, const std::uint8_t* limit, std::uint8_t* out,
                                    std::size_t width) noexcept {
    Item item;
    if (!read_item<Strict>(p, limit, item) || item.is_list || item.payload_size > width) { return nullptr; }
    if (Strict && item.payload_size != width) { return nullptr; }
    const BytesView payload = item.payload();
    const std::size_t missing = width - payload.size();
    std::fill_n(out, missing, std::uint8_t{0});
    std::ranges::copy(payload, out + missing);
    return p + item.header_size + item.payload_size;
}
template const std::uint8_t* read_fixed_slow<true>(const std::uint8_t*, const std::uint8_t*, std::uint8_t*,
                                                   std::size_t) noexcept;
template const std::uint8_t* read_fixed_slow<false>(const std::uint8_t*, const std::uint8_t*, std::uint8_t*,
                                                    std::size_t) noexcept;

} // namespace detail

Result<Item> first_item(BytesView bytes, Mode mode) {
    const std::uint8_t* const end = bytes.data() + bytes.size();
    Item item;
    const bool good = mode == Mode::strict ? detail::read_item<true>(bytes.data(), end, item)
                                           : detail::read_item<false>(bytes.data(), end, item);
    if (good) [[likely]] { return item; }
    return std::unexpected(detail::diagnose_first(bytes, mode));
}

bool list_items_fast(BytesView bytes, Items& out, Mode mode, const Limits& limits) noexcept {
    const bool strict = mode == Mode::strict;
    const std::uint8_t* const end = bytes.data() + bytes.size();
    Item item;
    std::size_t count = 0;
    if (bytes.size() > limits.max_bytes) { return false; }
    const bool good = strict ? detail::read_item<true>(bytes.data(), end, item) && item.whole().size() == bytes.size()
                             : detail::read_item<false>(bytes.data(), end, item);
    const bool list = good && item.is_list &&
                      (strict ? detail::count_items<true>(item.payload(), count, limits.max_items)
                              : detail::count_items<false>(item.payload(), count, limits.max_items));
    if (!list || count >= limits.max_items) { return false; }
    out = Items{item.payload(), count};
    return true;
}

Result<Items> list_items(BytesView bytes, Mode mode, const Limits& limits) {
    Items out;
    if (list_items_fast(bytes, out, mode, limits)) [[likely]] { return out; }
    return std::unexpected(detail::diagnose(bytes, shape_of<Items>(), mode, limits));
}

} // namespace ethpoc::rlp
