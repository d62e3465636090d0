#include "cmd/output_file.hpp"

#include <nlohmann/json.hpp>

#include "cmd/view/chain_json.hpp"
#include "config/path.hpp"

namespace ethpoc::cmd {

std::optional<ExitCode> refuse_name(Context& context, const std::string& option, const std::string& name) {
    const auto good = config::check_path(name, config::PathKind::file);
    if (good || name == "-") { return {}; }
    context.out.complain(printable(option + ": " + good.error(), 8192));
    return ExitCode::usage;
}

std::expected<record::FileWriter, ExitCode> create_file(Context& context, const std::string& option,
                                                        const std::string& name, bool force) {
    if (const auto refused = refuse_name(context, option, name)) { return std::unexpected(*refused); }
    auto file = record::FileWriter::create(name, force ? record::Existing::replace : record::Existing::keep);
    if (!file) { return std::unexpected(refuse_file(context, name, file.error())); }
    return *std::move(file);
}

ExitCode refuse_file(Context& context, const std::string& name, const Error& error) {
    context.out.complain(error.detail + " (" + std::string(error.code->word) + ")");
    if (context.out.json() && name != "-") {
        context.out.document({{"ok", false}, {"file", name}, {"error", error_json(error)}});
    }
    return *error.code == record::errors::file_exists ? ExitCode::usage : ExitCode::io;
}

} // namespace ethpoc::cmd
