// The words of Disconnect that we say, as numbers of the wire. Two of them depend on the family.
#pragma once

#include <cstdint>

namespace ethpoc::peer::reason {

inline constexpr std::uint32_t requested = 0x00;
inline constexpr std::uint32_t bad_protocol = 0x02;
inline constexpr std::uint32_t useless = 0x03;
inline constexpr std::uint32_t too_many = 0x04;
inline constexpr std::uint32_t duplicate = 0x05;
inline constexpr std::uint32_t self_flat = 0x05; // the flat family has no word for it
inline constexpr std::uint32_t self_p2p = 0x0a;
inline constexpr std::uint32_t incompatible_p2p = 0x06;
inline constexpr std::uint32_t incompatible_flat = 0x07;
inline constexpr std::uint32_t null_identity_p2p = 0x07;

} // namespace ethpoc::peer::reason
