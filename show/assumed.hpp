// What is assumed about bytes that do not say what they speak.
#pragma once

#include "show/dissect.hpp"

namespace ethpoc::show {

/// What bytes are taken to speak that do not say so: protocol 23, or what most of the p2p family spoke.
Speech assumed_speech(bool p2p);

/// Where the ids of a sub-protocol most often begin in sessions of this version.
wire::IdOffsets usual_offsets(const wire::Profile& profile) noexcept;

} // namespace ethpoc::show
