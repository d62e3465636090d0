// Files that commands write: the name is judged, the file is made, and what goes wrong is told, in one place.
#pragma once

#include <expected>
#include <optional>
#include <string>

#include "cmd/context.hpp"
#include "record/file_writer.hpp"

namespace ethpoc::cmd {

/// The file `name` that `option` asks for ("--out", "FILE"); "-" is the standard output. Complains when the name is
/// none (usage), when it exists and `force` is not given (usage), and when it cannot be written (io).
std::expected<record::FileWriter, ExitCode> create_file(Context& context, const std::string& option,
                                                        const std::string& name, bool force);

/// Usage, with a complaint, when `name` is no name of a file (config::check_path()); for files that are read, too. "-"
/// is one of the standard streams.
std::optional<ExitCode> refuse_name(Context& context, const std::string& option, const std::string& name);

/// Complains about a file, and with --json says the same as a document: {"ok":false,"file","error":{..}}. Gives the
/// exit code.
ExitCode refuse_file(Context& context, const std::string& name, const Error& error);

} // namespace ethpoc::cmd
