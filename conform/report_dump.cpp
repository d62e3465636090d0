#include "conform/report_dump.hpp"

#include <algorithm>
#include <cstdio>

#include "conform/report_counts.hpp"
#include "rlp/error.hpp"

namespace ethpoc::conform {
namespace {

constexpr std::size_t row_bytes = 16;

std::string tinted(const TextStyle& style, PaintTone tone, std::string_view text) {
    return style.paint && !text.empty() ? style.paint(tone, text) : std::string(text);
}

PaintTone tone_of(BytePart part) noexcept {
    switch (part) {
    case BytePart::token:
        return PaintTone::token;
    case BytePart::length:
        return PaintTone::length;
    case BytePart::payload:
        return PaintTone::payload;
    case BytePart::other:
        break;
    }
    return PaintTone::strong;
}

/// One row: its bytes by run, and the columns at which they stand.
struct DumpRow {
    std::size_t offset = 0;
    std::size_t size = 0;
    std::string text{};
    std::size_t width = 0;              // columns of the text, without colours
    std::vector<std::size_t> columns{}; // of each byte
};

class DumpRows {
  public:
    DumpRows(const Spoken& said, const AnnotatedBytes& bytes, const TextStyle& style) : said_(said), style_(style) {
        for (const ByteRun& run : bytes.runs) {
            add(run);
        }
        // Annotations tile the bytes; if they ever do not, the rest is shown all the same.
        if (at_ < said.bytes.size()) { add({BytePart::other, said.bytes.size() - at_, true}); }
    }
    std::vector<DumpRow> take() && { return std::move(rows_); }

  private:
    void add(const ByteRun& run) {
        bool fresh = run.begins || rows_.empty();
        std::size_t left = std::min(run.size, said_.bytes.size() - at_);
        while (left > 0) {
            if (fresh || rows_.back().size == row_bytes) { begin_row(); }
            DumpRow& row = rows_.back();
            const std::size_t here = std::min(left, row_bytes - row.size);
            if (row.size > 0) {
                row.text += "  ";
                row.width += 2;
            }
            std::string text;
            for (std::size_t i = 0; i < here; ++i) {
                if (i > 0) { text += ' '; }
                row.columns.push_back(row.width + text.size());
                text += to_hex(BytesView(said_.bytes).subspan(at_ + i, 1));
            }
            row.text += tinted(style_, tone_of(run.part), text);
            row.width += text.size();
            row.size += here;
            at_ += here;
            left -= here;
            fresh = false;
        }
    }

    void begin_row() {
        DumpRow row;
        row.offset = at_;
        row.text = tinted(style_, PaintTone::soft, hex_offset(at_)) + "  ";
        row.width = hex_offset(at_).size() + 2;
        rows_.push_back(std::move(row));
    }

    const Spoken& said_;
    const TextStyle& style_;
    std::size_t at_ = 0;
    std::vector<DumpRow> rows_{};
};

/// "      ^^ what is wrong", below the byte.
std::string marker_of(const DumpRow& row, const ByteFault& fault, const TextStyle& style) {
    const std::size_t in_row = fault.offset - row.offset;
    const std::size_t column = in_row < row.size ? row.columns[in_row] : row.width + 1;
    const std::size_t marked =
        std::clamp<std::size_t>(fault.size, 1, std::max<std::size_t>(row.size - std::min(in_row, row.size), 1));
    const std::size_t last = in_row + marked - 1;
    const std::size_t end = last < row.size ? row.columns[last] + 2 : column + 2;
    return std::string(column, ' ') + tinted(style, PaintTone::mark, std::string(end - column, '^')) + " " +
           tinted(style, PaintTone::mark, fault.text);
}

std::string time_column(Since at) {
    char out[48];
    std::snprintf(out, sizeof out, "%9.1f ms", std::chrono::duration<double, std::milli>(at).count());
    return out;
}

std::string entry_line(const Spoken& said, const AnnotatedBytes& bytes, bool several_lines, const TextStyle& style) {
    std::string out = tinted(style, PaintTone::soft, time_column(said.at)) + "  ";
    if (several_lines) { out += std::to_string(said.line + 1) + ": "; }
    const std::string note = printable(said.note, 300);
    if (said.what == Spoken::What::happened) { return out + (note.empty() ? "something happened" : note); }
    const bool sent = said.what == Spoken::What::sent;
    out += tinted(style, PaintTone::strong, sent ? "sent" : "came") + "  " + plural(said.size, "byte");
    if (!bytes.says.empty()) {
        for (const std::string& one : bytes.says) {
            out += (&one == &bytes.says.front() ? "  " : "; ") + one;
        }
    } else if (!note.empty()) {
        out += "  " + note;
    }
    return out;
}

/// All, or the begin of the stimulus, the first place in it that is wrong, and the end: that tells more than the
/// middle, and both more than how Hellos were exchanged.
std::vector<bool> shown_entries(const std::vector<Spoken>& all, const std::vector<AnnotatedBytes>& annotated,
                                std::size_t room) {
    if (all.size() <= room) { return std::vector<bool>(all.size(), true); }
    std::vector<bool> out(all.size(), false);
    const std::size_t tail = room / 2;
    std::fill(out.end() - static_cast<std::ptrdiff_t>(tail), out.end(), true);
    std::size_t left = room - tail;
    bool fault_shown = false;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i].at.count() < 0) { continue; }
        const bool first_fault = !fault_shown && annotated[i].fault && all[i].what == Spoken::What::sent;
        fault_shown = fault_shown || first_fault;
        if (out[i] || (left == 0 && !first_fault)) { continue; }
        out[i] = true;
        left -= left > 0 ? 1 : 0;
    }
    return out;
}

} // namespace

std::vector<std::string> dump_rows(const Spoken& said, const AnnotatedBytes& bytes, const TextStyle& style) {
    std::vector<std::string> out;
    const std::vector<DumpRow> rows = DumpRows(said, bytes, style).take();
    std::size_t hidden = 0;
    const auto tell_hidden = [&] {
        if (hidden > 0) { out.push_back("      .. " + plural(hidden, "byte") + " not shown"); }
        hidden = 0;
    };
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const DumpRow& row = rows[i];
        const bool last = i + 1 == rows.size();
        const std::size_t end = row.offset + row.size;
        const bool at_fault = bytes.fault && bytes.fault->offset >= row.offset && (bytes.fault->offset < end || last);
        if (row.offset >= style.bytes_shown && !at_fault) {
            hidden += row.size;
            continue;
        }
        tell_hidden();
        out.push_back(row.text);
        if (at_fault) { out.push_back(marker_of(row, *bytes.fault, style)); }
    }
    hidden += said.size > said.bytes.size() ? said.size - said.bytes.size() : 0;
    tell_hidden();
    return out;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
    width = std::max<std::size_t>(width, 20);
    std::vector<std::string> out;
    while (text.size() > width) {
        std::size_t end = text.rfind(' ', width);
        if (end == std::string_view::npos || end == 0) {
            end = width;
            // Not inside of a character.
            while (end > 1 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) {
                --end;
            }
        }
        out.emplace_back(text.substr(0, end));
        text.remove_prefix(end);
        while (text.starts_with(' ')) {
            text.remove_prefix(1);
        }
    }
    if (!text.empty() || out.empty()) { out.emplace_back(text); }
    return out;
}

std::vector<std::string> transcript_lines(const Report& report, const Outcome& outcome, const TextStyle& style) {
    std::vector<std::string> out;
    const auto& all = outcome.transcript;
    const std::vector<AnnotatedBytes> annotated = annotate(all, report.profile);
    const bool several = std::ranges::any_of(all, [](const Spoken& said) { return said.line > 0; });
    const std::vector<bool> shown = shown_entries(all, annotated, style.entries_shown);
    std::size_t hidden = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
        hidden += shown[i] ? 0 : 1;
        if (hidden > 0 && (shown[i] || i + 1 == all.size())) {
            out.push_back("            .. " + std::to_string(hidden) + (hidden == 1 ? " entry" : " entries") +
                          " not shown");
            hidden = 0;
        }
        if (!shown[i]) { continue; }
        out.push_back(entry_line(all[i], annotated[i], several, style));
        for (const std::string& row : dump_rows(all[i], annotated[i], style)) {
            out.push_back("              " + row);
        }
    }
    return out;
}

} // namespace ethpoc::conform
