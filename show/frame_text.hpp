// The text form of a stream of frames (text.hpp has that of items, and the way back for both).
//
//   22 40 08 91 00 00 00 02 c1 02      frame {
//                                        [2]
//                                      }
#pragma once

#include <string>

#include "show/dissect.hpp"
#include "show/text.hpp"

namespace ethpoc::show {

/// Any bytes. Always in today's RLP, whatever the version. from_text() gives the same bytes again.
void write_frames(BytesView stream, const TextSink& sink);
/// The whole stream as text, frame by frame; the way back is from_text().
std::string frames_to_text(BytesView stream);

/// The same with messages by their names and fields, for people who read and change them; a frame that this would not
/// give back to the byte stays a frame. The first line says the version, so that from_text() needs no other word.
void write_named_frames(BytesView stream, const Speech& speech, const TextSink& sink);

} // namespace ethpoc::show
