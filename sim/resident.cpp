#include "sim/resident.hpp"

#include <fstream>
#include <string>

namespace ethpoc::sim {

std::uint64_t resident_kib() {
    std::ifstream file("/proc/self/status");
    std::string word;
    while (file >> word) {
        std::uint64_t kib = 0;
        if (word == "VmRSS:" && file >> kib) { return kib; }
    }
    return 0;
}

} // namespace ethpoc::sim
