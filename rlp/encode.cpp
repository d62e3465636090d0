#include "rlp/encode.hpp"

namespace ethpoc::rlp {

BackwardWriter::BackwardWriter(std::size_t capacity) : buffer_(capacity), begin_(capacity) {}

/// At least `n` more bytes in front; doubles, so that the copies are paid for by what was written.
void BackwardWriter::grow(std::size_t n) {
    const std::size_t written = mark();
    const std::size_t size = std::max(buffer_.size() * 2, written + n + 64);
    Bytes larger(size);
    std::ranges::copy(view(), larger.end() - static_cast<std::ptrdiff_t>(written));
    buffer_.swap(larger);
    begin_ = size - written;
}

//   a0 | limbs[3] limbs[2] limbs[1] limbs[0], each big-endian, without the zero bytes in front
void BackwardWriter::put_uint(const U256& value) {
    if (value.fits_u64()) { return put_uint(value.limbs[0]); }
    reserve_front(33);
    std::size_t top = 3;
    while (value.limbs[top] == 0) {
        --top;
    }
    for (std::size_t i = 0; i <= top; ++i) {
        const std::uint64_t limb = value.limbs[i];
        const std::uint64_t word = std::endian::native == std::endian::little ? std::byteswap(limb) : limb;
        std::memcpy(buffer_.data() + begin_ - 8 * (i + 1), &word, sizeof word);
    }
    const std::size_t size = 8 * top + detail::byte_width(value.limbs[top]);
    begin_ -= size + 1;
    buffer_[begin_] = static_cast<std::uint8_t>(detail::string_base + size);
}

Bytes BackwardWriter::take() const {
    const BytesView all = view();
    return {all.begin(), all.end()};
}

} // namespace ethpoc::rlp
