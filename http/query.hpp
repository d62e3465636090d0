// The part of a URL behind the question mark: name=value pairs, joined by &, in percent-encoding (RFC 3986).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ethpoc::http {

/// Every byte but letters, digits and - . _ ~ becomes %XX.
std::string percent_encode(std::string_view text);

/// The inverse; + stays +. A % without two hex digits behind it stands for itself.
std::string percent_decode(std::string_view text);

/// The first value of that name, decoded; "" for a name without =. Nothing when it is not there.
std::optional<std::string> query_value(std::string_view query, std::string_view name);

} // namespace ethpoc::http
