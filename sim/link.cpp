#include "sim/link.hpp"

#include <algorithm>

namespace ethpoc::sim {

Time Stream::send(Time arrives, What what, BytesView bytes) {
    last_ = std::max(last_, arrives);
    pieces_.push_back({last_, what, Bytes(bytes.begin(), bytes.end())});
    bytes_ += bytes.size();
    return last_;
}

void Stream::pop() {
    bytes_ -= pieces_[head_].bytes.size();
    pieces_[head_].bytes = {};
    ++head_;
    if (head_ == pieces_.size()) {
        pieces_ = {};
        head_ = 0;
    } else if (head_ >= 32 && head_ * 2 >= pieces_.size()) {
        pieces_.erase(pieces_.begin(), pieces_.begin() + static_cast<std::ptrdiff_t>(head_));
        head_ = 0;
    }
}

void Stream::delay(Time until) {
    for (std::size_t i = head_; i < pieces_.size(); ++i) {
        pieces_[i].arrives = std::max(pieces_[i].arrives, until);
    }
    last_ = std::max(last_, until);
}

} // namespace ethpoc::sim
