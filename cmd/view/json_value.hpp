// Values of a JSON object that may be missing or null.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace ethpoc::cmd {

inline std::string text_or(const nlohmann::ordered_json& row, const char* key, const char* otherwise) {
    const auto at = row.find(key);
    return at != row.end() && at->is_string() ? at->get<std::string>() : std::string(otherwise);
}

inline double number_or(const nlohmann::ordered_json& row, const char* key, double otherwise) {
    const auto at = row.find(key);
    return at != row.end() && at->is_number() ? at->get<double>() : otherwise;
}

inline std::string whole_or(const nlohmann::ordered_json& row, const char* key, const char* otherwise) {
    const auto at = row.find(key);
    return at != row.end() && at->is_number() ? at->dump() : std::string(otherwise);
}

} // namespace ethpoc::cmd
