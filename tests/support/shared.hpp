// Data beside the checkout: recorded sessions, chains, third-party vectors. A test that lacks its file says so:
//
//   const auto file = test::shared_file("sessions/py-v8/pair.jsonl");
//   if (!file) { MESSAGE("skipped: sessions/py-v8/pair.jsonl not found"); return; }
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rlp/bytes.hpp"

namespace ethpoc::test {

/// The folder that the environment names (ETHPOC_SHARED), or the build, or nothing when there is none.
std::optional<std::filesystem::path> shared_dir();

/// A file or folder in there, by its relative name.
std::optional<std::filesystem::path> shared_file(std::string_view name);

/// A file of this checkout's tests/: "sessions/py-v8-pair.jsonl".
std::filesystem::path test_file(std::string_view name);

/// Files in `folder` and below it whose name ends like this, sorted.
std::vector<std::filesystem::path> files_below(const std::filesystem::path& folder, std::string_view ending);

/// The bytes of a file that holds one hex string.
Bytes read_hex_file(const std::filesystem::path& file);

/// Bytes of hex digits; blanks are skipped. For literals in tests: it does not complain.
Bytes hex(std::string_view digits);

} // namespace ethpoc::test
