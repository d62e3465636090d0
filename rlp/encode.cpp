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

Bytes BackwardWriter::take() const {
    const BytesView all = view();
    return {all.begin(), all.end()};
}

} // namespace ethpoc::rlp
