// The capabilities of a p2p Hello in a stimulus. Inside of this room only.
#pragma once

#include "conform/script_items.hpp"

namespace ethpoc::conform {

/// One value of `capabilities=`: where it stands, and in which form it is written.
struct CapabilityText {
    Cursor text;
    wire::CapabilityForm form{};
};

/// The RLP of the list, or of the item that `raw:` names; sets the offsets of the scene.
Bytes read_capabilities(CapabilityText list, Scene& scene);
/// That of a good Hello: eth alone.
Bytes good_capabilities(const wire::Profile& profile, wire::CapabilityForm form);

} // namespace ethpoc::conform
