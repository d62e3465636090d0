// The parts of `ethpoc rlp` that have a file of their own.
#pragma once

#include <string>

#include "cmd/context.hpp"
#include "cmd/view/byte_options.hpp"

namespace ethpoc::cmd {

struct ExplainOptions {
    bool reverse = false; // how the bytes are written instead of how they are read
    bool wait = false;    // for Enter after each step
};

ExitCode explain_rlp(Context& context, const ByteOptions& options, const ExplainOptions& how);
ExitCode diff_rlp(Context& context, const ByteOptions& options);

/// check --batch: one hex a line of the file that `options` name, or of the standard input; one JSON object a line out.
ExitCode check_batch_of(Context& context, const ByteOptions& options);
/// The same from an open descriptor; `name` is for complaints. Answers what it has before it waits for more.
ExitCode check_batch(Output& out, int descriptor, const std::string& name, const ByteOptions& options);

void add_rlp_quiz(CLI::App& rlp, Context& context);

/// The tape in the dialect that the options name.
rlp::Tree tree_of(BytesView bytes, const ByteOptions& options);

} // namespace ethpoc::cmd
