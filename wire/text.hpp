// The text form of a stream of frames (rlp/text.hpp has that of items, and the way back for both).
//
//   22 40 08 91 00 00 00 02 c1 02      frame {
//                                        [2]
//                                      }
#pragma once

#include <string>

#include "rlp/text.hpp"

namespace ethpoc::wire {

/// Any bytes. Always in today's RLP, whatever the version. rlp::from_text() gives the same bytes again.
void write_text(BytesView stream, const rlp::TextSink& sink);
std::string to_text(BytesView stream);

} // namespace ethpoc::wire
