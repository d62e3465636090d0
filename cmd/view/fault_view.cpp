#include "cmd/view/fault_view.hpp"

#include <algorithm>

namespace ethpoc::cmd {
namespace {

constexpr std::size_t row_bytes = 16;
constexpr std::size_t most_rows = 2; // of carets; a longer range is cut
constexpr std::size_t longest_path = 50;

/// The path, or its two ends: 64 lists deep it would be three lines long.
std::string short_path(const std::string& path) {
    if (path.size() <= longest_path) { return path; }
    return path.substr(0, longest_path / 2) + ".." + path.substr(path.size() - longest_path / 2);
}

void show_row(Output& out, BytesView bytes, std::size_t from, const Error& error, const ViewOptions& view) {
    const std::size_t to = std::min(from + row_bytes, bytes.size());
    std::string hex;
    for (std::size_t i = from; i < to; ++i) {
        hex += ' ' + to_hex(bytes.subspan(i, 1));
    }
    const std::string place = view.offset(from);
    out.text("   " + out.paint(Tone::dim, place + " |") + ' ' + hex + '\n');
    const std::size_t first = std::max(error.offset, from);
    const std::size_t last = std::min(error.offset + error.length, from + row_bytes);
    if (last < first || (last == first && error.length != 0)) { return; }
    std::string carets(2 + 3 * (first - from), ' ');
    carets.append(last == first ? 1 : 3 * (last - first) - 1, '^');
    if (error.offset + error.length > from + most_rows * row_bytes) { carets += ".."; }
    out.text("   " + std::string(place.size(), ' ') + out.paint(Tone::dim, " |") + out.paint(Tone::red, carets) + '\n');
}

} // namespace

void show_remark(Output& out, std::string_view kind, const std::string& text, const ViewOptions& view) {
    if (text.empty()) { return; }
    const std::string head = "   = " + std::string(kind) + ": ";
    out.text(hanging(head, text, view.width) + '\n');
}

std::string short_message(const Error& error) {
    Error copy = error;
    copy.path = short_path(error.path);
    return copy.message();
}

void show_fault(Output& out, BytesView bytes, const Error& error, const std::string& hint, const ViewOptions& view) {
    const std::string what(error.detail.empty() ? error.code->rule : std::string_view(error.detail));
    const std::string head = "error[" + std::string(error.code->word) + "]: ";
    out.text(out.paint(Tone::red, head) + wrapped(head + printable(what, 400), view.width, 2).substr(head.size()) +
             '\n');
    out.text("  --> " + std::string(view.decimal ? "" : "0x") + view.offset(error.offset, view.decimal ? 1 : 4) +
             (error.path.empty() ? "" : ", path " + short_path(error.path)) + '\n');
    const std::size_t end = std::min(std::max(error.offset + error.length, error.offset + 1), bytes.size());
    std::size_t row = std::min(error.offset, bytes.size()) / row_bytes * row_bytes;
    if (row == bytes.size() && row > 0) { row -= row_bytes; } // a place after the last byte of a full row
    for (std::size_t i = 0; i < most_rows && (i == 0 || row < end); ++i, row += row_bytes) {
        if (!bytes.empty()) { show_row(out, bytes, row, error, view); }
    }
    if (!error.detail.empty()) { show_remark(out, "rule", std::string(error.code->rule), view); }
    show_remark(out, "hint", hint, view);
}

} // namespace ethpoc::cmd
