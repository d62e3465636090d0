// What is forgiven: a payload may be readable and still not be what the rules of RLP and frames ask for. Genuine
// clients send such (spec QUIRKS 0.8); a peer reads it, and whoever shows it says so.
//
//   c2 81 02      Ping, its id with a header of its own       c1 02 ff      Ping, and a byte after the list
#pragma once

#include <optional>

#include "rlp/error.hpp"
#include "wire/message.hpp"
#include "wire/profile.hpp"

namespace ethpoc::wire {

/// The first thing that is not right in a payload which decode() reads as a `type`, as `ethpoc wire check` names it;
/// nothing: it is all right. Offsets count from the payload's first byte, paths begin with "payload". Takes one walk
/// over the items and makes no memory while all is right (the dialect of PoC-1 apart).
std::optional<Error> tolerated_in(const Profile& profile, BytesView payload, MessageType type);

/// C++ protocols 2 to 4 counted the lists of Hello and Disconnect too short: one string after the list is its last
/// item.
bool rest_is_meant(const Profile& profile, BytesView payload, MessageType type);

/// `left` bytes of a payload of `size` follow its list.
Error bytes_after_list(std::size_t size, std::size_t left);

} // namespace ethpoc::wire
