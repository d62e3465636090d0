// Capabilities: which sub-protocols the two sides of a p2p connection share, and where their blocks of ids begin. Every
// reader of a Hello asks here; tests/vectors/capabilities.json holds the page and the dissector to the same answers.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "wire/profile.hpp"

namespace ethpoc::wire {

/// One entry of the list in a Hello of the p2p family.
struct Capability {
    std::string_view name{};
    std::optional<std::uint32_t> version{}; // nothing: names alone, as p2p 0 lists them
};

/// Of a longer list the rest is not looked at; peers list two or three.
inline constexpr std::size_t most_capabilities = 64;

/// What negotiate() found out. Pointers are to rows of profiles(), which live for ever.
struct Negotiation {
    // What Greeting::profile and Greeting::reading say.
    const Profile* profile = nullptr;
    const Profile* reading = nullptr;
    bool shared = false; // `profile` is offered and listed; offered: any, when nothing is named
    IdOffsets offsets{};
};

/// What the two sides share when the other side says p2p `version` and lists `theirs`, in its order. `offered`: the
/// rows that we offer. They list eth and no shh, as compose_hello() does.
///
/// p2p 0 has fixed ids. Later the other side's list is walked in its order, and each entry that is one of ours, name
/// and version, gets the next block from 0x10 on; other entries take no ids (spec WIRE 7.5). A reader that only listens
/// offers nothing and does not know what the one spoken to lists. As no client lists two versions that it would both
/// share with another, one entry of each name counts: eth in the newest version that has a row (without one, the newest
/// that is listed), and the newest shh.
Negotiation negotiate(std::uint32_t version, std::span<const Capability> theirs,
                      std::span<const Profile* const> offered);

} // namespace ethpoc::wire
