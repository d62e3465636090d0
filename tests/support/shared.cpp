#include "tests/support/shared.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace ethpoc::test {

namespace fs = std::filesystem;

std::optional<fs::path> shared_dir() {
    const char* const named = std::getenv("ETHPOC_SHARED");
    const fs::path dir = named != nullptr ? fs::path(named) : fs::path(ETHPOC_SHARED_DIR);
    std::error_code ignored;
    if (!fs::is_directory(dir, ignored)) { return std::nullopt; }
    return dir;
}

std::optional<fs::path> shared_file(std::string_view name) {
    const auto dir = shared_dir();
    if (!dir || !fs::exists(*dir / name)) { return std::nullopt; }
    return *dir / name;
}

fs::path test_file(std::string_view name) {
    return fs::path(ETHPOC_SOURCE_DIR) / "tests" / name;
}

std::vector<fs::path> files_below(const fs::path& folder, std::string_view ending) {
    std::vector<fs::path> out;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file() && entry.path().filename().string().ends_with(ending)) {
            out.push_back(entry.path());
        }
    }
    std::ranges::sort(out);
    return out;
}

Bytes read_hex_file(const fs::path& file) {
    std::ifstream in(file);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    return hex(text);
}

Bytes hex(std::string_view digits) {
    Bytes out;
    int high = -1;
    for (const char c : digits) {
        const int value = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
        if (value < 0) { continue; }
        if (high < 0) {
            high = value;
        } else {
            out.push_back(static_cast<std::uint8_t>(high * 16 + value));
            high = -1;
        }
    }
    return out;
}

} // namespace ethpoc::test
