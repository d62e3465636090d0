#include "rlp/head.hpp"

namespace ethpoc::rlp {
namespace {

using detail::list_base;
using detail::short_limit;
using detail::string_base;

/// The length bytes of a long form: style, then whether they make sense.
void read_length(BytesView bytes, std::size_t count, Head& head) noexcept {
    const std::size_t at = head.offset + 1;
    head.claimed = detail::load_be(bytes.data() + at, count);
    std::size_t zeros = 0;
    while (zeros < count && bytes[at + zeros] == 0) {
        ++zeros;
    }
    if (zeros != 0) {
        head.style = {&errors::length_leading_zero, at, zeros};
    } else if (head.claimed < short_limit) {
        head.style = {&errors::non_canonical_length, head.offset, head.header_size};
    }
    if (head.claimed > ~std::uint64_t{0} - head.payload_offset()) {
        head.fatal = {&errors::length_overflow, head.offset, head.header_size};
    }
}

} // namespace

std::string Head::detail(const HeadFault& fault) const {
    const std::string claim = plural(claimed, "byte");
    if (fault.code == &errors::truncated) {
        return "item claims " + claim + ", the input has " + std::to_string(payload_size) + " left";
    }
    if (fault.code == &errors::item_overruns_parent) {
        return "item claims " + claim + ", its parent has " + std::to_string(payload_size) + " left";
    }
    if (fault.code == &errors::truncated_header) {
        return "header of " + claim + ", " + std::to_string(header_size) + " are there";
    }
    if (fault.code == &errors::non_canonical_length) { return "long form used for " + claim; }
    if (fault.code == &errors::non_canonical_byte) { return "a small byte with a header of its own"; }
    if (fault.code == &errors::length_overflow) { return "item claims " + claim; }
    return {};
}

Head read_head(BytesView bytes, std::size_t at, std::size_t end, bool nested) noexcept {
    Head head;
    head.offset = at;
    const std::uint8_t first = bytes[at];
    head.is_list = first >= list_base;
    if (first < string_base) {
        head.payload_size = 1;
        head.claimed = 1;
        return head;
    }
    const std::size_t low = first & 0x3f;
    const std::size_t count = low < short_limit ? 0 : low - (short_limit - 1);
    head.header_size = 1 + count;
    head.claimed = low;
    if (head.header_size > end - at) {
        head.claimed = head.header_size;
        head.header_size = end - at;
        head.fatal = {&errors::truncated_header, at, end - at};
        return head;
    }
    if (count != 0) { read_length(bytes, count, head); }
    const std::size_t left = end - head.payload_offset();
    head.payload_size = head.claimed > left ? left : head.claimed;
    if (head.claimed > left && head.fatal.code == nullptr) {
        head.fatal = {nested ? &errors::item_overruns_parent : &errors::truncated, at, head.header_size};
    }
    if (first == string_base + 1 && left != 0 && bytes[at + 1] < string_base) {
        head.style = {&errors::non_canonical_byte, at, 2};
    }
    return head;
}

} // namespace ethpoc::rlp
