#include "record/tcp_stream.hpp"

#include <algorithm>

namespace ethpoc::record {

/// Sequence numbers wrap after 4 GiB: the place nearest to the expected one is meant.
std::uint64_t TcpStream::place_of(std::uint32_t sequence) const noexcept {
    const auto expected = static_cast<std::uint32_t>(*first_ + next_);
    const auto distance = static_cast<std::int32_t>(sequence - expected);
    return next_ + static_cast<std::uint64_t>(std::int64_t{distance});
}

void TcpStream::take(const TcpSegment& segment, const Sink& sink) {
    if (segment.syn) {
        if (!first_) { first_ = segment.sequence + 1; }
        return; // data in a SYN is not used by anybody who speaks this protocol
    }
    if (segment.data_size == 0) { return; }
    if (!first_) { first_ = segment.sequence; } // the capture began later
    const std::uint64_t place = place_of(segment.sequence);
    if (place == next_) {
        deliver(place, segment.data, segment.data_size, sink);
        return drain(sink);
    }
    const bool old = static_cast<std::int64_t>(place - next_) < 0;
    if (old) { // a retransmission, perhaps with something new at its end
        const std::uint64_t known = next_ - place;
        if (known >= segment.data_size) { return; }
        const auto skip = static_cast<std::size_t>(std::min<std::uint64_t>(known, segment.data.size()));
        deliver(next_, segment.data.subspan(skip), segment.data_size - static_cast<std::size_t>(known), sink);
        return drain(sink);
    }
    const auto found = waiting_.find(place);
    if (found != waiting_.end() && found->second.size >= segment.data_size) { return; }
    if (found != waiting_.end()) { waiting_bytes_ -= found->second.data.size(); }
    waiting_[place] = {Bytes(segment.data.begin(), segment.data.end()), segment.data_size};
    waiting_bytes_ += segment.data.size();
    while (waiting_bytes_ > max_waiting || waiting_.size() > max_segments) {
        give_up_gap(sink);
    }
}

void TcpStream::finish(const Sink& sink) {
    while (!waiting_.empty()) {
        give_up_gap(sink);
    }
}

/// `data` stands at next_; what the capture cut off is a gap.
void TcpStream::deliver(std::uint64_t place, BytesView data, std::size_t size, const Sink& sink) {
    const BytesView real = data.first(std::min(data.size(), size));
    next_ = place + size;
    if (!real.empty()) { sink.bytes(real); }
    if (real.size() < size) { sink.gap(size - real.size()); }
}

/// Early segments whose time has come.
void TcpStream::drain(const Sink& sink) {
    while (!waiting_.empty() && waiting_.begin()->first <= next_) {
        const auto node = waiting_.extract(waiting_.begin());
        const Early& early = node.mapped();
        waiting_bytes_ -= early.data.size();
        const std::uint64_t known = next_ - node.key();
        if (known >= early.size) { continue; }
        const auto skip = static_cast<std::size_t>(std::min<std::uint64_t>(known, early.data.size()));
        deliver(next_, BytesView{early.data}.subspan(skip), early.size - static_cast<std::size_t>(known), sink);
    }
}

void TcpStream::give_up_gap(const Sink& sink) {
    const std::uint64_t place = waiting_.begin()->first;
    if (place > next_) {
        sink.gap(place - next_);
        next_ = place;
    }
    drain(sink);
}

} // namespace ethpoc::record
