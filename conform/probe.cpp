#include "conform/probe.hpp"

#include <utility>

namespace ethpoc::conform {

Probe::Probe(ProbeWatcher& watcher, wire::ConnectionId id, Line line) :
    watcher_(watcher), id_(id), line_(line), decoder_({.max_payload = most_heard}) {}

void Probe::send(Bytes bytes) {
    if (!bytes.empty() && !ended_ && !finishes_) { writes_.push_back(std::move(bytes)); }
}

std::size_t Probe::unsent() const noexcept {
    std::size_t out = 0;
    for (const Bytes& bytes : writes_) {
        out += bytes.size();
    }
    return out;
}

void Probe::reset() noexcept {
    writes_.clear();
    ended_ = true;
    resets_ = true;
}

void Probe::start(Time now) {
    last_seen_ = now;
}

void Probe::receive(BytesView bytes, Time now) {
    last_seen_ = now;
    watcher_.on_bytes(*this, bytes);
    decoder_.feed(bytes);
    while (true) {
        switch (decoder_.next()) {
        case wire::FrameDecoder::Step::frame:
            watcher_.on_frame(*this, decoder_.frame().payload, now);
            break;
        case wire::FrameDecoder::Step::skipped:
            watcher_.on_garbage(*this, decoder_.error().length, now);
            break;
        case wire::FrameDecoder::Step::need_more:
            return;
        }
    }
}

void Probe::receive_eof(Time now) {
    end(Ending::fin, now);
}

void Probe::receive_error(std::string /*why*/) {
    end(Ending::reset, last_seen_);
    ended_ = true;
}

void Probe::end(Ending how, Time now) {
    if (gone_) { return; }
    gone_ = true;
    if (const auto run = decoder_.open_run()) { watcher_.on_garbage(*this, run->length, now); }
    watcher_.on_ended(*this, how, now);
}

void Probe::tick(Time now) {
    last_seen_ = now;
}

const Bytes* Probe::writable(Time now) {
    last_seen_ = now;
    return writes_.empty() || ended_ ? nullptr : &writes_.front();
}

void Probe::wrote(Time now) {
    last_seen_ = now;
    writes_.pop_front();
    if (writes_.empty()) { watcher_.on_sent(*this, now); }
}

void Probe::moved(Time now) {
    last_seen_ = now;
}

bool Probe::ended() const {
    return ended_ || (closes_ && writes_.empty());
}

} // namespace ethpoc::conform
