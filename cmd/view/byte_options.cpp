#include "cmd/view/byte_options.hpp"

#include <CLI/App.hpp>
#include <algorithm>
#include <limits>

#include "rlp/error.hpp"

namespace ethpoc::cmd {
namespace {

constexpr unsigned deepest = 4096;
constexpr std::size_t narrowest = 60;

} // namespace

rlp::Limits ByteOptions::limits() const {
    return {.max_bytes = std::numeric_limits<std::size_t>::max(), .max_depth = max_depth};
}

std::string ViewOptions::offset(std::size_t value, std::size_t digits) const {
    std::string out = decimal ? std::to_string(value) : hex_offset(value);
    if (out.size() < digits) { out.insert(0, digits - out.size(), decimal ? ' ' : '0'); }
    return out;
}

void add_input_options(CLI::App& app, ByteOptions& options) {
    app.add_option("input", options.words, "bytes as hex, a file (raw or hex text), or - for the standard input")
        ->type_name("HEX|FILE|-");
    app.add_option_function<std::string>(
           "--in",
           [&options](const std::string& word) {
               options.form = word == "hex" ? InputForm::hex : word == "raw" ? InputForm::raw : InputForm::automatic;
           },
           "what a file holds: auto, hex or raw")
        ->type_name("FORM")
        ->check(CLI::IsMember({"auto", "hex", "raw"}));
    app.add_option("--max-depth", options.max_depth, "lists around lists that are looked into (64)")
        ->check(CLI::Range(1u, deepest));
}

void add_view_options(CLI::App& app, ByteOptions& options) {
    app.add_flag("--dec", options.view.decimal, "offsets in decimal");
    app.add_flag("--raw", options.view.no_names, "no names: the layer of RLP only");
    app.add_option_function<std::string>(
           "--columns",
           [&options](const std::string& word) {
               options.view.columns = word == "asn1" ? Columns::asn1 : Columns::bytes;
           },
           "bytes, or asn1 for those who are used to openssl asn1parse")
        ->type_name("NAME")
        ->check(CLI::IsMember({"bytes", "asn1"}));
    app.add_flag_callback(
        "-x,--hex", [&options] { options.view.columns = Columns::hex_rows; },
        "all bytes, in rows of sixteen with a text column");
    app.add_option("--width", options.view.width, "columns of the output (80)")
        ->check(CLI::Range(narrowest, std::size_t{1000}));
}

std::string wrapped(const std::string& text, std::size_t width, std::size_t indent) {
    std::string out;
    std::size_t column = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find(' ', at), text.size());
        const std::size_t word = end - at;
        if (column > 0 && column + 1 + word > width) {
            out += '\n' + std::string(indent, ' ');
            column = indent;
        } else if (column > 0) {
            out += ' ';
            ++column;
        }
        // A word that no line can hold (a hash, bytes) is cut at the width.
        for (std::size_t from = at; from < end;) {
            const std::size_t room = column < width ? width - column : 1;
            const std::size_t part = std::min(end - from, room);
            out.append(text, from, part);
            column += part;
            from += part;
            if (from < end) {
                out += '\n' + std::string(indent, ' ');
                column = indent;
            }
        }
        at = end + 1;
    }
    return out;
}

std::string hanging(const std::string& front, const std::string& text, std::size_t width) {
    constexpr std::size_t least = 20;
    std::string lines = wrapped(text, width > front.size() + least ? width - front.size() : least, 0);
    for (std::size_t at = lines.find('\n'); at != std::string::npos; at = lines.find('\n', at + 1)) {
        lines.insert(at + 1, front.size(), ' ');
    }
    return front + lines;
}

std::string cut(const std::string& text, std::size_t room) {
    return text.size() <= room ? text : text.substr(0, room - 2) + "..";
}

} // namespace ethpoc::cmd
