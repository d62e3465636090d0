#include "conform/transcript.hpp"

#include <algorithm>

#include "wire/frame.hpp"

namespace ethpoc::conform {

Spoken* Transcript::add(Line line, Spoken::What what, peer::Time at) {
    if (entries_.size() == Outcome::kept_entries) {
        ++left_out_;
        return nullptr;
    }
    Spoken& out = entries_.emplace_back();
    out.at = at.time_since_epoch();
    out.line = line;
    out.what = what;
    return &out;
}

void Transcript::sent(Line line, BytesView bytes, peer::Time at) {
    Spoken* const entry = add(line, Spoken::What::sent, at);
    if (entry == nullptr) { return; }
    const BytesView kept = bytes.first(std::min(bytes.size(), Spoken::kept_bytes));
    entry->bytes.assign(kept.begin(), kept.end());
    entry->size = bytes.size();
}

void Transcript::came(Line line, BytesView payload, std::string_view name, peer::Time at) {
    Spoken* const entry = add(line, Spoken::What::came, at);
    if (entry == nullptr) { return; }
    const auto header = wire::frame_header(payload.size());
    entry->bytes.assign(header.begin(), header.end());
    const BytesView kept = payload.first(std::min(payload.size(), Spoken::kept_bytes - header.size()));
    entry->bytes.insert(entry->bytes.end(), kept.begin(), kept.end());
    entry->size = header.size() + payload.size();
    entry->note = name;
}

void Transcript::happened(Line line, std::string note, peer::Time at) {
    if (Spoken* const entry = add(line, Spoken::What::happened, at)) { entry->note = std::move(note); }
}

std::vector<Spoken> Transcript::take(peer::Time origin) {
    for (Spoken& entry : entries_) {
        entry.at -= origin.time_since_epoch();
    }
    if (left_out_ > 0) {
        const Since at = entries_.back().at;
        entries_.push_back(
            {.at = at, .what = Spoken::What::happened, .note = std::to_string(left_out_) + " more are left out"});
    }
    left_out_ = 0;
    return std::move(entries_);
}

} // namespace ethpoc::conform
