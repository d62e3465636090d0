#include "record/tcp_stream.hpp"

#include <algorithm>

namespace ethpoc::record {
namespace {

constexpr std::size_t max_gaps = 64;

} // namespace

void TcpStream::Piece::skip(std::uint64_t size) {
    const auto known = static_cast<std::size_t>(std::min<std::uint64_t>(size, data.size()));
    data = data.subspan(known);
    cut -= static_cast<std::size_t>(std::min<std::uint64_t>(size - known, cut));
    place += static_cast<std::int64_t>(size);
}

/// Sequence numbers wrap after 4 GiB.
std::int64_t TcpStream::place_of(std::uint32_t sequence) const noexcept {
    const auto expected = static_cast<std::uint32_t>(first() + next_);
    return static_cast<std::int64_t>(next_) + static_cast<std::int32_t>(sequence - expected);
}

void TcpStream::take(const TcpSegment& segment, double seconds, const Sink& sink) {
    const std::uint32_t begin = segment.sequence + (segment.syn ? 1 : 0);
    if (!first_ && (segment.syn || segment.data_size > 0)) {
        first_ = begin;
        with_syn_ = segment.syn;
    }
    if (segment.fin && first_) { fin_ = place_of(begin) + static_cast<std::int64_t>(segment.data_size); }
    if (segment.data_size == 0) { return segment.syn ? void() : announce(segment.sequence, seconds); }
    const BytesView data = segment.data.first(std::min(segment.data.size(), segment.data_size));
    const Piece piece{place_of(begin), data, segment.data_size - data.size(), seconds};
    const bool keep_alive = segment.data_size == 1 && piece.place + 1 == static_cast<std::int64_t>(next_) && next_ > 0;
    if (keep_alive) { // its byte has no meaning (RFC 1122 4.2.3.6)
        tally_.repeated += data.size();
        return;
    }
    take_piece(piece, sink);
    tell_asides(sink);
}

void TcpStream::announce(std::uint32_t sequence, double seconds) {
    if (!first_) { return; }
    const std::int64_t place = place_of(sequence);
    if (place <= static_cast<std::int64_t>(announced_) || place - static_cast<std::int64_t>(next_) > max_announced) {
        return;
    }
    announced_ = static_cast<std::uint64_t>(place);
    announced_at_ = seconds;
}

void TcpStream::take_piece(Piece piece, const Sink& sink) {
    if (piece.place > static_cast<std::int64_t>(next_) + max_ahead) {
        return note(Aside::Kind::outside, piece.place, piece.data.size());
    }
    if (piece.place < 0) {
        const auto before = static_cast<std::uint64_t>(-piece.place);
        const std::uint64_t bytes = std::min<std::uint64_t>(before, piece.data.size());
        if (bytes > 0) { note(with_syn_ ? Aside::Kind::outside : Aside::Kind::late, piece.place, bytes); }
        if (before >= piece.data.size() + piece.cut) { return; }
        piece.skip(before);
    }
    if (static_cast<std::uint64_t>(piece.place) < next_) { pass_known(piece); }
    if (piece.data.size() + piece.cut == 0) { return; }
    if (static_cast<std::uint64_t>(piece.place) == next_ && waiting_.empty()) {
        return deliver(piece.data, piece.cut, piece.seconds, sink);
    }
    keep_early(piece);
    drain(piece.seconds, sink);
    while (too_much_waits()) {
        give_up_gap(sink);
    }
}

/// The part of a segment in places that were told: what is left begins at next_, or nothing is.
void TcpStream::pass_known(Piece& piece) {
    const auto begin = static_cast<std::uint64_t>(piece.place);
    const std::uint64_t end = std::min<std::uint64_t>(next_, begin + piece.data.size());
    const std::uint64_t recent_from = next_ - recent_.size();
    for (std::uint64_t at = begin; at < end;) {
        const auto gap = std::ranges::find_if(gaps_, [at](const Range& range) { return range.end > at; });
        const bool in_gap = gap != gaps_.end() && gap->begin <= at;
        std::uint64_t to = in_gap ? gap->end : gap != gaps_.end() ? gap->begin : end;
        if (!in_gap && at < recent_from) { to = std::min(to, recent_from); }
        to = std::min(to, end);
        const BytesView part = piece.data.subspan(at - begin, to - at);
        if (in_gap) {
            note(Aside::Kind::late, static_cast<std::int64_t>(at), part.size());
        } else if (at < recent_from) {
            tally_.unchecked += part.size();
        } else {
            compare(at, part, BytesView{recent_}.subspan(at - recent_from, part.size()));
        }
        at = to;
    }
    const std::uint64_t known = std::min<std::uint64_t>(next_ - begin, piece.data.size() + piece.cut);
    piece.skip(known);
}

void TcpStream::compare(std::uint64_t place, BytesView data, BytesView before) {
    if (std::ranges::equal(data, before)) {
        tally_.repeated += data.size();
        return;
    }
    std::optional<std::size_t> first;
    std::uint64_t differing = 0;
    for (std::size_t i = 0; i < data.size(); ++i) {
        if (data[i] == before[i]) { continue; }
        if (!first) { first = i; }
        ++differing;
    }
    tally_.repeated += data.size() - differing;
    note(Aside::Kind::conflicting, static_cast<std::int64_t>(place + first.value_or(0)), differing);
}

/// Counts, and remembers for tell_asides().
void TcpStream::note(Aside::Kind kind, std::int64_t place, std::uint64_t bytes) {
    (kind == Aside::Kind::late      ? tally_.late
     : kind == Aside::Kind::outside ? tally_.outside
                                    : tally_.conflicting) += bytes;
    const auto same = std::ranges::find(asides_, kind, &Aside::kind);
    if (same == asides_.end()) { return asides_.push_back({kind, place, bytes}); }
    same->bytes += bytes;
    same->place = std::min(same->place, place);
}

void TcpStream::tell_asides(const Sink& sink) {
    for (const Aside& aside : asides_) {
        if (aside.bytes > 0 && sink.aside) { sink.aside(aside); }
    }
    asides_.clear();
}

/// Keeps what no other early segment has brought before.
void TcpStream::keep_early(const Piece& piece) {
    const auto begin = static_cast<std::uint64_t>(piece.place);
    const std::uint64_t end = begin + piece.data.size();
    auto it = waiting_.upper_bound(begin);
    if (it != waiting_.begin()) { --it; }
    if (begin == end && (it == waiting_.end() || it->first != begin)) {
        add_early(begin, {}, piece.cut, piece.seconds);
    }
    for (std::uint64_t at = begin; at < end;) {
        const auto part = [&](std::uint64_t to) { return piece.data.subspan(at - begin, to - at); };
        if (it == waiting_.end() || it->first >= end) {
            add_early(at, part(end), piece.cut, piece.seconds);
            break;
        }
        if (it->second.data.size() == 1 && piece.data.size() > 1 && it->first >= at) {
            it = drop_probe(it); // it may be a keep-alive, whose byte has no meaning
            continue;
        }
        const std::uint64_t theirs = it->first;
        const std::uint64_t their_end = theirs + it->second.data.size();
        if (theirs > at) {
            add_early(at, part(theirs), 0, piece.seconds);
            at = theirs;
        }
        if (their_end > at) {
            const std::uint64_t to = std::min(end, their_end);
            compare(at, part(to), BytesView{it->second.data}.subspan(at - theirs, to - at));
            at = to;
        }
        // One that the capture cut to nothing holds no place.
        it = it->second.data.empty() && theirs == at ? waiting_.erase(it) : std::next(it);
    }
}

TcpStream::Waiting::iterator TcpStream::drop_probe(Waiting::iterator it) {
    --tally_.waiting;
    ++tally_.repeated;
    if (memory_ != nullptr) { --memory_->waiting; }
    return waiting_.erase(it);
}

void TcpStream::add_early(std::uint64_t place, BytesView data, std::size_t cut, double seconds) {
    waiting_[place] = {Bytes(data.begin(), data.end()), cut, seconds};
    tally_.waiting += data.size();
    if (memory_ != nullptr) { memory_->waiting += data.size(); }
}

bool TcpStream::too_much_waits() const noexcept {
    return !waiting_.empty() && (tally_.waiting > max_waiting || waiting_.size() > max_segments ||
                                 (memory_ != nullptr && memory_->waiting > memory_->max_waiting));
}

void TcpStream::finish(const Sink& sink) {
    while (!waiting_.empty()) {
        give_up_gap(sink);
    }
    // FIN counts as a byte, and is none; perhaps it is what is missing.
    if (fin_) { announced_ = std::min(announced_, static_cast<std::uint64_t>(std::max<std::int64_t>(*fin_, 0))); }
    if (announced_ > next_ + (fin_ ? 0 : 1)) { skip_gap(announced_ - next_, announced_at_, sink); }
    forget();
}

/// `data` stands at next_, and `cut` bytes behind it are not in the capture.
void TcpStream::deliver(BytesView data, std::size_t cut, double seconds, const Sink& sink) {
    next_ += data.size();
    tally_.told += data.size();
    if (!data.empty()) {
        remember(data);
        sink.bytes(data, seconds);
    }
    if (cut > 0) { skip_gap(cut, seconds, sink); }
}

void TcpStream::skip_gap(std::uint64_t bytes, double seconds, const Sink& sink) {
    if (gaps_.size() == max_gaps) { gaps_.erase(gaps_.begin()); }
    if (!gaps_.empty() && gaps_.back().end == next_) {
        gaps_.back().end += bytes;
    } else {
        gaps_.push_back({next_, next_ + bytes});
    }
    next_ += bytes;
    forget();
    sink.gap(bytes, seconds);
}

/// Early segments whose time has come.
void TcpStream::drain(double seconds, const Sink& sink) {
    while (!waiting_.empty() && waiting_.begin()->first == next_) {
        const auto node = waiting_.extract(waiting_.begin());
        const Early& early = node.mapped();
        tally_.waiting -= early.data.size();
        if (memory_ != nullptr) { memory_->waiting -= early.data.size(); }
        // What was cut may have come otherwise.
        const std::uint64_t room = waiting_.empty() ? early.cut : waiting_.begin()->first - next_ - early.data.size();
        deliver(early.data, static_cast<std::size_t>(std::min<std::uint64_t>(early.cut, room)),
                std::max(seconds, early.seconds), sink);
    }
}

void TcpStream::give_up_gap(const Sink& sink) {
    const auto& [place, early] = *waiting_.begin();
    const double seconds = early.seconds;
    if (place > next_) { skip_gap(place - next_, seconds, sink); }
    drain(seconds, sink);
}

/// Keeps the end of what was told; nothing when all streams together keep too much.
void TcpStream::remember(BytesView data) {
    if (recent_.size() + data.size() > 2 * max_recent) {
        const std::size_t keep = data.size() >= max_recent ? 0 : max_recent - data.size();
        const std::size_t drop = recent_.size() - std::min(keep, recent_.size());
        recent_.erase(recent_.begin(), recent_.begin() + static_cast<std::ptrdiff_t>(drop));
        if (memory_ != nullptr) { memory_->recent -= drop; }
        data = data.last(std::min(data.size(), max_recent));
    }
    if (memory_ != nullptr && memory_->recent + data.size() > memory_->max_recent) { return forget(); }
    if (memory_ != nullptr) { memory_->recent += data.size(); }
    recent_.insert(recent_.end(), data.begin(), data.end());
}

void TcpStream::forget() {
    if (memory_ != nullptr) { memory_->recent -= recent_.size(); }
    recent_ = Bytes{};
}

} // namespace ethpoc::record
