// The members of a message that a stimulus names: what they are in a good one, and what a change makes of them. Inside
// of this room only.
#pragma once

#include <vector>

#include "conform/script_items.hpp"
#include "wire/layout.hpp"

namespace ethpoc::conform {

/// `key=value`, as it stands in the text.
struct Change {
    std::string_view key{};
    std::size_t offset = 0; // of the key
    Cursor value;
};

/// One member and its RLP.
struct Part {
    wire::Member member{};
    Bytes rlp{};
};

/// A message in the making.
struct Draft {
    wire::MessageType type{};
    Bytes id{}; // its RLP
    std::vector<Part> parts{};
    std::size_t extra = 0;              // items behind the others
    bool outside = false;               // the last member stands behind the list
    std::optional<std::size_t> items{}; // the first of them alone, the id included
    wire::CapabilityForm capabilities{};
};

/// The member of a good message. A thing that is not known becomes an error of the scene, at `place`.
Bytes good_member(const Draft& draft, wire::Member member, Scene& scene, const Thing& place);

/// script.syntax: the value is none that the key may have.
void wrong_value(const Change& change, Scene& scene);
/// Any item, or so many of one letter: x*55.
Bytes item_value(const Change& change, Scene& scene);
/// `+1`, `-1` beside `own`, or the version itself.
Bytes version_value(const Change& change, Scene& scene, std::uint32_t own);
/// Nothing: there is none (`missing`).
std::optional<Bytes> node_id_value(const Change& change, Scene& scene);

} // namespace ethpoc::conform
