#include "chain/page_scan.hpp"

#include <algorithm>
#include <filesystem>

namespace ethpoc::chain {

namespace {

constexpr std::uint64_t in_journal = std::uint64_t{1} << 63; // of a place
constexpr std::size_t largest_payload = 4u << 20;            // a block has 1 MiB
constexpr std::size_t journal_header = 32;
constexpr std::size_t frame_header = 24;
constexpr std::size_t page_header = 8;
constexpr std::uint8_t table_leaf = 0x0d;

std::uint64_t big_endian(BytesView bytes) {
    std::uint64_t out = 0;
    for (const std::uint8_t byte : bytes) {
        out = out << 8 | byte;
    }
    return out;
}

/// Seven bits a byte, the most significant first; a ninth byte has eight.
bool take_varint(BytesView& from, std::uint64_t& out) {
    out = 0;
    for (int i = 0; i < 9 && !from.empty(); ++i) {
        const std::uint8_t byte = from.front();
        from = from.subspan(1);
        if (i == 8) {
            out = out << 8 | byte;
            return true;
        }
        out = out << 7 | (byte & 0x7fU);
        if ((byte & 0x80U) == 0) { return true; }
    }
    return false;
}

bool good_page_bytes(std::uint64_t bytes) {
    return bytes >= 512 && bytes <= 65536 && (bytes & (bytes - 1)) == 0;
}

std::optional<PageScan::Column> take_column(std::uint64_t kind, BytesView& from) {
    constexpr std::size_t widths[] = {0, 1, 2, 3, 4, 6, 8};
    constexpr std::uint64_t zero = 8;
    constexpr std::uint64_t one = 9;
    constexpr std::uint64_t first_bytes = 12; // even: blob, odd: text
    PageScan::Column out;
    if (kind == zero || kind == one) { return PageScan::Column{true, static_cast<std::int64_t>(kind - zero), {}}; }
    const bool number = kind < std::size(widths);
    if (!number && kind < first_bytes) { return {}; }
    const std::uint64_t width = number ? widths[kind] : (kind - first_bytes) / 2;
    if (width > from.size()) { return {}; }
    const BytesView bytes = from.first(width);
    from = from.subspan(width);
    if (!number) {
        out.bytes.assign(bytes.begin(), bytes.end());
    } else if (width != 0) { // none: the row's own number
        const unsigned unused = 64 - 8 * static_cast<unsigned>(width);
        out.number = static_cast<std::int64_t>(big_endian(bytes) << unused) >> unused;
        out.is_number = true;
    }
    return out;
}

std::optional<std::vector<PageScan::Column>> split_columns(BytesView payload) {
    BytesView kinds = payload;
    std::uint64_t header = 0;
    if (!take_varint(kinds, header) || header > payload.size() || payload.size() - kinds.size() > header) { return {}; }
    kinds = kinds.first(header - (payload.size() - kinds.size()));
    BytesView values = payload.subspan(header);
    std::vector<PageScan::Column> out;
    while (!kinds.empty()) {
        std::uint64_t kind = 0;
        if (!take_varint(kinds, kind)) { return {}; }
        auto column = take_column(kind, values);
        if (!column) { return {}; }
        out.push_back(std::move(*column));
    }
    return out;
}

} // namespace

std::optional<PageScan> PageScan::open(const std::string& path) {
    PageScan out;
    std::error_code failed;
    out.file_.open(path, std::ios::binary);
    out.file_bytes_ = std::filesystem::file_size(path, failed);
    if (!out.file_ || failed) { return {}; }
    out.read_form();
    out.journal_.open(path + "-wal", std::ios::binary);
    if (out.journal_) { out.read_journal(); }
    return out;
}

/// What the first page says of the others, where it can be believed: else what every store of ours has.
void PageScan::read_form() {
    constexpr std::string_view magic("SQLite format 3\0", 16);
    Bytes head(100);
    file_.read(reinterpret_cast<char*>(head.data()), static_cast<std::streamsize>(head.size()));
    const bool whole = file_.good() && as_text(BytesView{head}.first(magic.size())) == magic;
    file_.clear();
    std::uint64_t bytes = big_endian(BytesView{head}.subspan(16, 2));
    if (bytes == 1) { bytes = 65536; }
    const std::size_t reserved = head[20];
    if (!whole || !good_page_bytes(bytes) || file_bytes_ % bytes != 0 || reserved > 32) { return; }
    page_bytes_ = bytes;
    usable_ = bytes - reserved;
}

/// The frames of its last round; what stands behind them is of an earlier one, and in the file.
void PageScan::read_journal() {
    Bytes head(journal_header);
    journal_.read(reinterpret_cast<char*>(head.data()), journal_header);
    if (!journal_.good() || big_endian(BytesView{head}.subspan(8, 4)) != page_bytes_) { return; }
    Bytes frame(frame_header);
    for (std::uint64_t at = journal_header;; at += frame_header + page_bytes_) {
        journal_.seekg(static_cast<std::streamoff>(at));
        journal_.read(reinterpret_cast<char*>(frame.data()), frame_header);
        if (!journal_.good() || !std::equal(frame.begin() + 8, frame.begin() + 16, head.begin() + 16)) { break; }
        frames_.push_back(in_journal | (at + frame_header));
        newest_[static_cast<std::uint32_t>(big_endian(BytesView{frame}.first(4)))] = frames_.back();
    }
    journal_.clear();
}

bool PageScan::read(std::uint64_t place, Bytes& page) {
    std::ifstream& from = (place & in_journal) != 0 ? journal_ : file_;
    page.resize(page_bytes_);
    from.clear();
    from.seekg(static_cast<std::streamoff>(place & ~in_journal));
    from.read(reinterpret_cast<char*>(page.data()), static_cast<std::streamsize>(page.size()));
    const bool whole = from.good();
    from.clear();
    return whole;
}

void PageScan::rows(const std::function<bool(std::uint64_t, const Row&)>& take) {
    const std::uint64_t pages = file_bytes_ / page_bytes_;
    Bytes page;
    for (std::uint64_t i = 1; i < pages + frames_.size(); ++i) { // the first one tells of the tables
        const std::uint64_t place = i < pages ? i * page_bytes_ : frames_[i - pages];
        if (!read(place, page) || page[0] != table_leaf) { continue; }
        const std::uint64_t cells =
            std::min<std::uint64_t>(big_endian(BytesView{page}.subspan(3, 2)), (usable_ - page_header) / 2);
        for (std::uint64_t cell = 0; cell < cells; ++cell) {
            const std::uint64_t at = big_endian(BytesView{page}.subspan(page_header + 2 * cell, 2));
            const auto row = at < usable_ ? parse(page, at) : std::nullopt;
            if (row && !take(place + at, *row)) { return; }
        }
    }
}

std::optional<PageScan::Row> PageScan::row_at(std::uint64_t place) {
    const std::uint64_t offset = place & ~in_journal;
    const std::uint64_t first = (place & in_journal) != 0 ? journal_header + frame_header : 0;
    const std::uint64_t step = page_bytes_ + ((place & in_journal) != 0 ? frame_header : 0);
    if (offset < first) { return {}; }
    const std::uint64_t at = (offset - first) % step;
    Bytes page;
    return at < usable_ && read(place - at, page) ? parse(page, at) : std::nullopt;
}

std::optional<PageScan::Row> PageScan::parse(BytesView page, std::size_t at) {
    BytesView rest = page.first(usable_).subspan(at);
    std::uint64_t size = 0;
    std::uint64_t id = 0;
    if (!take_varint(rest, size) || !take_varint(rest, id) || size > largest_payload) { return {}; }
    // How much of a large row is in the page itself: the format's own arithmetic.
    const std::size_t most = usable_ - 35;
    const std::size_t least = (usable_ - 12) * 32 / 255 - 23;
    std::size_t here = size;
    if (size > most) {
        here = least + (size - least) % (usable_ - 4);
        if (here > most) { here = least; }
    }
    if (here > rest.size()) { return {}; }
    Bytes payload(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(here));
    if (here < size) {
        if (rest.size() < here + 4) { return {}; }
        const auto next = static_cast<std::uint32_t>(big_endian(rest.subspan(here, 4)));
        if (!overflow(next, payload, size)) { return {}; }
    }
    auto columns = split_columns(payload);
    if (!columns) { return {}; }
    return Row{static_cast<std::int64_t>(id), std::move(*columns)};
}

bool PageScan::overflow(std::uint32_t page, Bytes& payload, std::size_t wanted) {
    Bytes bytes;
    while (payload.size() < wanted) {
        const auto newer = newest_.find(page);
        const std::uint64_t place = newer != newest_.end() ? newer->second : (std::uint64_t{page} - 1) * page_bytes_;
        if (page == 0 || !read(place, bytes)) { return false; }
        const std::size_t part = std::min(wanted - payload.size(), usable_ - 4);
        payload.insert(payload.end(), bytes.begin() + 4, bytes.begin() + 4 + static_cast<std::ptrdiff_t>(part));
        page = static_cast<std::uint32_t>(big_endian(BytesView{bytes}.first(4)));
    }
    return true;
}

} // namespace ethpoc::chain
