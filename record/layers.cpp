#include "record/layers.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace ethpoc::record {

std::string Stop::text() const {
    std::string out(what);
    if (number < 0) { return out; }
    std::array<char, 24> digits{};
    std::snprintf(digits.data(), digits.size(), hex ? " 0x%04llx" : " %lld", static_cast<long long>(number));
    return out + digits.data();
}

Step by_number(std::span<const NumberRow> rows, std::uint32_t number, const Step& unknown) {
    const auto row = std::ranges::find(rows, number, &NumberRow::number);
    if (row == rows.end()) { return unknown; }
    return row->reader != nullptr ? go(row->reader) : halt(row->kind, row->name);
}

Step too_short(const Peeling& packet, std::string_view layer) {
    if (packet.rest.cut()) { return halt(StopKind::damaged, "cut by the snap length inside of headers"); }
    return halt(StopKind::damaged, layer);
}

Peeled Peeler::peel(std::uint32_t link_type, BytesView packet, std::size_t size, std::int64_t time) {
    whole_.clear();
    Peeling peeling;
    peeling.rest = Rest(packet, size);
    peeling.time = time;
    peeling.packet_size = packet.size();
    peeling.fragments = &fragments_;
    peeling.whole = &whole_;
    Step step = by_link_type(link_type);
    for (std::size_t depth = 0; step.what == Step::What::next; ++depth) {
        if (depth == max_layers) { return {{}, Stop{StopKind::not_understood, "more than 64 layers", -1, false}}; }
        step = step.next(peeling);
    }
    if (step.what == Step::What::segment) { return {peeling.segment, {}}; }
    return {{}, step.what == Step::What::stop ? std::optional(step.stop) : std::nullopt};
}

} // namespace ethpoc::record
