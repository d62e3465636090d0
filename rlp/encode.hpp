// Encoding RLP. Written backwards into one buffer, so no pass is needed to find the lengths first.
//
//   auto ping  = rlp::encode_list(2u);                       // c1 02
//   auto hello = rlp::encode_list(0u, 12u, 0u, "client"sv);  // any mix of scalars, strings, FixedBytes, Raw, vectors
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "rlp/bytes.hpp"
#include "rlp/decode.hpp"

namespace ethpoc::rlp {

/// Bytes that are RLP already and go out as they are.
struct Raw {
    BytesView bytes;
};

/// A buffer that grows towards its front. Items are put in reverse order; close_list() puts the header of all that was
/// put since `mark`.
class BackwardWriter {
  public:
    /// `capacity`: bytes that fit before the buffer grows for the first time.
    explicit BackwardWriter(std::size_t capacity = 256);

    std::size_t mark() const noexcept; // bytes written so far
    /// The header of a list goes in front of what was put since mark() gave `mark`.
    void close_list(std::size_t mark);

    /// Bytes that are RLP already, or a part of it.
    void put_raw(BytesView bytes);
    void put_string(BytesView bytes); // adds the header
    /// The shortest big-endian form: 0 is 80, 1..7f the byte itself.
    void put_uint(std::uint64_t value);
    /// The same of up to 32 bytes.
    void put_uint(const U256& value);
    void put_header(std::uint8_t base, std::size_t payload_size); // base 80: of a string, c0: of a list

    BytesView view() const noexcept; // what was written, first byte first; valid until the next put
    Bytes take() const; // a copy of exactly its size; what is large is better composed at its size (wire/compose.cpp)
    void clear() noexcept; // keeps the capacity

    /// For encoders of many small things: the first written byte, with at least `room` bytes in front of it; and where
    /// it is after they have been used.
    std::uint8_t* front(std::size_t room);
    /// `at`: the first byte that was written into the room of front().
    void moved_to(const std::uint8_t* at) noexcept;

  private:
    void reserve_front(std::size_t n);
    void grow(std::size_t n);
    Bytes buffer_{};
    std::size_t begin_ = 0; // index of the first written byte
};

/// A list of the arguments. Accepts unsigned integers, U256, std::string_view, BytesView, FixedBytes<N>, Raw, Item,
/// Items (as a list), std::vector / std::span of these, structs with `rlp_fields`, and
/// enums over unsigned integers.
template <class... A>
Bytes encode_list(const A&... items);

/// The same into a writer, to be part of something larger.
template <class... A>
void put_list(BackwardWriter& out, const A&... items);

/// One argument, not in a list: encode_item("dog"sv) is 83 64 6f 67.
template <class A>
Bytes encode_item(const A& item);

/// The struct as a list of the members of `list`.
template <class T, class List>
Bytes encode(const T& value, const List& list);

/// The same into a writer, to be part of something larger.
template <class T, class List>
void put(BackwardWriter& out, const T& value, const List& list);

} // namespace ethpoc::rlp

#include "rlp/encode_inl.hpp" // IWYU pragma: export
