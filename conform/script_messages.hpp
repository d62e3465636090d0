// The messages that a stimulus names, `{Hello version=+1}`, with members changed. Inside of this room only.
#pragma once

#include "conform/script_items.hpp"

namespace ethpoc::conform {

/// The message that stands at `in`, from `{` to `}`, framed. A Hello with other capabilities than those of a good one
/// sets the offsets of the scene: what is written behind it on the line has the ids that go with them.
Bytes read_message(Cursor& in, Scene& scene);

} // namespace ethpoc::conform
