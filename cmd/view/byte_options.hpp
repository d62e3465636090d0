// What the reading commands (rlp, wire, pcap) have in common: their input and how the bytes are shown.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cmd/view/columns.hpp"
#include "cmd/view/input.hpp"
#include "cmd/view/output.hpp"
#include "rlp/tree.hpp"

namespace CLI { // NOLINT(readability-identifier-naming): theirs
class App;
}

namespace ethpoc::cmd {

enum class Columns : std::uint8_t {
    bytes,    // offset, the bytes themselves, what they are
    asn1,     // offset, depth, header length, length: the columns of openssl asn1parse
    hex_rows, // every byte, in rows of sixteen with a text column
};

struct ViewOptions {
    std::size_t width = usual_width;
    bool decimal = false;  // offsets
    bool no_names = false; // the layer of RLP only
    Columns columns = Columns::bytes;

    std::string offset(std::size_t value, std::size_t digits = 4) const;
};

struct ByteOptions {
    std::vector<std::string> words{}; // the positional argument
    InputForm form = InputForm::automatic;
    ViewOptions view{};
    unsigned max_depth = 64;
    bool legacy = false; // rlp: the dialect of January 2014

    /// For the tools the only limit in bytes is that of the input.
    rlp::Limits limits() const;
};

void add_input_options(CLI::App& app, ByteOptions& options);
/// The width is that of `out` unless another one is given.
void add_view_options(CLI::App& app, ByteOptions& options, const Output& out);

} // namespace ethpoc::cmd
