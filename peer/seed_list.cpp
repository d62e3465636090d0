#include "peer/seed_list.hpp"

#include <algorithm>

namespace ethpoc::peer {

std::vector<SeedLine> seed_lines(std::string_view list) {
    std::vector<SeedLine> out;
    for (std::size_t number = 1; !list.empty() && out.size() <= most_seeds; ++number) {
        const std::size_t end = std::min(list.find('\n'), list.size());
        std::string_view line = list.substr(0, end);
        list.remove_prefix(std::min(end + 1, list.size()));
        line = line.substr(0, line.find('#'));
        line.remove_prefix(std::min(line.find_first_not_of(" \t\r"), line.size()));
        line = line.substr(0, line.find_last_not_of(" \t\r") + 1);
        if (!line.empty()) { out.push_back({number, line}); }
    }
    return out;
}

} // namespace ethpoc::peer
