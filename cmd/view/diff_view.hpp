// Differences of two tapes for people and programs; serves rlp diff and wire diff.
#pragma once

#include "cmd/view/byte_options.hpp"
#include "cmd/view/json_writer.hpp"
#include "show/diff.hpp"
#include "show/field.hpp"

namespace ethpoc::cmd {

/// One side. `names` may be null; not null means the payload of a frame.
struct DiffSide {
    const rlp::Tree& tree;
    const show::NodeNames* names = nullptr;
};

/// Writes each difference as a line, or, with `json`, as an object; returns their number.
std::size_t show_differences(Output& out, JsonWriter* json, const ViewOptions& view, const DiffSide& first,
                             const DiffSide& second, const std::string& prefix = {});

/// Both inputs of a diff: two words, each hex or a file.
std::expected<std::pair<Bytes, Bytes>, ExitCode> read_two(Output& out, const ByteOptions& options);

} // namespace ethpoc::cmd
