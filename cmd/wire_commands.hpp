// The parts of `ethpoc wire` that have a file of their own.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cmd/context.hpp"
#include "cmd/view/byte_options.hpp"
#include "cmd/view/json_writer.hpp"
#include "show/dissect.hpp"
#include "wire/conversation.hpp"

namespace ethpoc::cmd {

struct WireOptions {
    ByteOptions bytes{};
    std::string protocol = "auto";
    std::vector<std::size_t> split{}; // explain: where the reads end
};

/// The row that --protocol names, nullptr for auto; usage when there is none.
std::expected<const wire::Profile*, ExitCode> chosen_profile(Output& out, const std::string& name);

ExitCode explain_wire(Context& context, const WireOptions& options);
ExitCode diff_wire(Context& context, const WireOptions& options);
ExitCode split_wire(Context& context, const WireOptions& options);

/// One frame as FORMAT.md 1.2 has it; of a capture with the number of its stream.
void write_frame(JsonWriter& json, const show::Dissection& frame, bool show_names,
                 std::optional<std::size_t> stream = {});
/// The same for people.
void show_frame(Output& out, BytesView stream, const show::Dissection& frame, std::size_t index,
                const ViewOptions& view);
/// The same without its first line.
void show_frame_bytes(Output& out, BytesView stream, const show::Dissection& frame, const ViewOptions& view);
/// The same for a message that was overheard; offsets count from its frame.
void show_said(Output& out, const wire::Said& said, const ViewOptions& view);

} // namespace ethpoc::cmd
