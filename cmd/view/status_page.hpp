// A node at a glance, for people.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "cmd/view/peer_table.hpp"

namespace ethpoc::cmd {

/// Of the document of `ethpoc status`: a line for each fact, no line wider than `size.columns`, and no more lines than
/// `size.lines` where that is not 0. Each line ends in a new line. What is missing in the document is left out.
std::string status_page(const nlohmann::ordered_json& status, TableSize size);

} // namespace ethpoc::cmd
