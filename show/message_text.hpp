// A message by its name in the text form. Internal to show/.
#pragma once

#include <optional>
#include <string>

#include "rlp/bytes.hpp"
#include "show/dissect.hpp"

namespace ethpoc::show {

/// The whole frame as `Ping` or `GetChain{hashes:[] count:256}`, with the end of its line. Nothing: its bytes are not
/// those that this text would give, or the order of its fields is not that of the version; it is written as a frame.
std::optional<std::string> message_text(BytesView frame, const Speech& speech);

} // namespace ethpoc::show
