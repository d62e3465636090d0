#include "cmd/view/byte_options.hpp"

#include <CLI/App.hpp>
#include <algorithm>
#include <limits>

#include "rlp/error.hpp"

namespace ethpoc::cmd {
namespace {

constexpr unsigned deepest = 4096;

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

void add_view_options(CLI::App& app, ByteOptions& options, const Output& out) {
    options.view.width = out.width();
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
    app.add_option("--width", options.view.width, "columns of the output (those of the terminal; 80 elsewhere)")
        ->check(CLI::Range(narrowest, std::size_t{1000}));
}

} // namespace ethpoc::cmd
