// Input: the bytes that a reading command is given, in any of the shapes in which people have them.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "cmd/exit_code.hpp"
#include "cmd/view/output.hpp"
#include "rlp/bytes.hpp"

namespace ethpoc::cmd {

/// What is read at most. Larger files are refused with a sentence: what is shown of them nobody could read.
inline constexpr std::size_t max_input = 256u << 20;

enum class InputForm : std::uint8_t { automatic, hex, raw };

/// The words of one positional argument: hex, a file, "-"; none: stdin, when it is not a terminal. Files and stdin may
/// hold raw bytes or hex text; which of them, automatic finds out: text is hex, everything else raw.
/// On failure the sentence was written, and the exit code comes back.
std::expected<Bytes, ExitCode> read_input(Output& out, const std::vector<std::string>& words,
                                          InputForm form = InputForm::automatic);

/// The same for text (the text form of bytes): the argument is the text itself unless a file has its name.
std::expected<std::string, ExitCode> read_text_input(Output& out, const std::vector<std::string>& words);

/// The file, or "-", that the words name; nothing when they are the bytes themselves.
std::expected<std::optional<std::string>, ExitCode> input_file(Output& out, const std::vector<std::string>& words);

/// What read_input() makes of the content of the file `name`.
std::expected<Bytes, ExitCode> bytes_of_content(Output& out, std::string content, InputForm form,
                                                const std::string& name);

/// A whole file, or stdin for "-".
std::expected<std::string, ExitCode> read_whole_file(Output& out, const std::string& name);

} // namespace ethpoc::cmd
