// What `rlp encode` and `wire encode` have in common: one text form serves both.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cmd/context.hpp"
#include "rlp/bytes.hpp"
#include "show/text.hpp"

namespace ethpoc::cmd {

struct EncodeOptions {
    std::vector<std::string> words{}; // the text, the name of a file, or "-"
    std::string out = "hex";          // hex or bin on the standard output, or the name of a file for the bytes
    bool force = false;
};

void add_encode_options(CLI::App& app, EncodeOptions& options);

ExitCode encode_text(Context& context, const EncodeOptions& options, const show::TextVersion& version);

/// The error of a text, with the word that was perhaps meant. `instead`: as from_text() gives it.
Error with_suggestion(Error error, std::string_view text, const std::vector<std::string_view>& instead);
/// "text.syntax at character 3, line 1: ...", for people.
std::string text_error_sentence(const Error& error, std::string_view text);

} // namespace ethpoc::cmd
