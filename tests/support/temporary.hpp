// A folder of its own for one test, gone afterwards.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <string>

namespace ethpoc::test {

class TemporaryFolder {
  public:
    TemporaryFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "ethpoc-test-XXXXXX").string();
        if (::mkdtemp(name.data()) != nullptr) { path_ = name; }
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        if (!path_.empty()) { std::filesystem::remove_all(path_, ignored); }
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_{};
};

} // namespace ethpoc::test
