// Names of files and folders, as a user gives them: judged once, where they are read, so that nothing below has to.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace ethpoc::config {

enum class PathKind : std::uint8_t { file, folder, source };

/// A scheme and "://" begin it: "http://example.org/x". A file whose name looks like that is given as "./http://...".
bool is_url(std::string_view text);

/// A text that goes to the system as it stands: not empty, no NUL in it, not longer than the system takes, not "-" and
/// not "~..." (which mean something to other programs and nothing here); a file's name does not end like a folder's.
/// A URL for a source is taken as it is: who fetches it judges it. Looks at no disk. The error is the rest of a
/// sentence that begins with the name of the option.
std::expected<void, std::string> check_path(std::string_view text, PathKind kind);

/// A setting that holds a name, which check_path() has seen. Empty: none was given.
template <PathKind Kind>
struct Path : std::string {
    Path() = default;
    Path(std::string text) : std::string(std::move(text)) {}
    Path(const char* text) : std::string(text) {}
};
using SourcePath = Path<PathKind::source>; // of a file, or a URL
using FilePath = Path<PathKind::file>;
using FolderPath = Path<PathKind::folder>; // or ":memory:"

} // namespace ethpoc::config
