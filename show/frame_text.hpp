// The text form of a stream of frames (text.hpp has that of items, and the way back for both).
//
//   22 40 08 91 00 00 00 02 c1 02      frame {
//                                        [2]
//                                      }
#pragma once

#include <string>

#include "show/text.hpp"

namespace ethpoc::show {

/// Any bytes. Always in today's RLP, whatever the version. from_text() gives the same bytes again.
void write_frames(BytesView stream, const TextSink& sink);
std::string frames_to_text(BytesView stream);

} // namespace ethpoc::show
