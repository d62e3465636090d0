// Names of files and folders, as a user gives them: judged once, where they are read, so that nothing below has to.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace ethpoc::config {

enum class PathKind : std::uint8_t { file, folder };

/// A text that goes to the system as it stands: not empty, no NUL in it, not longer than the system takes, not "-" and
/// not "~..." (which mean something to other programs and nothing here); a file's name does not end like a folder's.
/// Looks at no disk. The error is the rest of a sentence that begins with the name of the option.
std::expected<void, std::string> check_path(std::string_view text, PathKind kind);

/// A setting that holds a name, which check_path() has seen. Empty: none was given.
template <PathKind Kind>
struct Path : std::string {
    Path() = default;
    Path(std::string text) : std::string(std::move(text)) {}
    Path(const char* text) : std::string(text) {}
};
using FilePath = Path<PathKind::file>;
using FolderPath = Path<PathKind::folder>; // or ":memory:"

} // namespace ethpoc::config
