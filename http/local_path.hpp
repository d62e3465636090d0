// The name of a Unix socket, for those who listen at one and those who ask.
#pragma once

#include <cstddef>
#include <string>

namespace ethpoc::http {

inline constexpr std::size_t longest_local_path = 107; // bytes; Linux: sun_path without its NUL

/// A sentence.
inline std::string path_too_long(const std::string& path) {
    return path + ": the name of a Unix socket has at most " + std::to_string(longest_local_path) +
           " bytes, and this one " + std::to_string(path.size());
}

} // namespace ethpoc::http
