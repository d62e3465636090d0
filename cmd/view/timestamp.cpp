#include "cmd/view/timestamp.hpp"

#include <array>
#include <cstdio>
#include <ctime>

namespace ethpoc::cmd {

namespace {

std::string text_of(std::chrono::system_clock::time_point at) {
    using namespace std::chrono;
    const std::time_t seconds = system_clock::to_time_t(at);
    const auto ms = duration_cast<milliseconds>(at.time_since_epoch()).count() % 1000;
    std::tm utc{};
    gmtime_r(&seconds, &utc);
    std::array<char, 40> text{};
    const std::size_t n = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &utc);
    std::snprintf(text.data() + n, text.size() - n, ".%03dZ", static_cast<int>(ms));
    return text.data();
}

} // namespace

std::string timestamp_now() {
    return text_of(std::chrono::system_clock::now());
}

std::string timestamp_of(std::chrono::steady_clock::time_point at) {
    using namespace std::chrono;
    return text_of(system_clock::now() - duration_cast<system_clock::duration>(steady_clock::now() - at));
}

} // namespace ethpoc::cmd
