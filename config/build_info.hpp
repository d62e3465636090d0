// Which build this is, for `--version`, metrics and bug reports. The values are filled in at build time.
#pragma once

#include <string_view>

namespace ethpoc::config {

struct BuildInfo {
    std::string_view version;    // "0.1.0"
    std::string_view commit;     // short git hash, "-dirty" after it when the tree had changes, or "unknown"
    std::string_view compiler;   // "GNU 12.2.0"
    std::string_view build_type; // "Release"
};

BuildInfo build_info() noexcept;

} // namespace ethpoc::config
