// Keccak-256 of several inputs side by side: one word of a vector register belongs to one input (a lane). The 24 rounds
// are written once; how many lanes a register has is the template's parameter. A lane that has come to the end of its
// input is given the next one, so inputs may have any lengths.
#include <array>
#include <bit>
#include <utility>

#include "chain/keccak.hpp"

namespace ethpoc::chain {

namespace {

constexpr std::size_t state_words = 25;
constexpr std::size_t rate = 136; // bytes that one permutation takes in
constexpr std::size_t rate_words = rate / 8;

constexpr std::array<std::uint64_t, 24> round_constants = [] {
    std::array<std::uint64_t, 24> out{};
    std::uint8_t lfsr = 1; // x^8 + x^6 + x^5 + x^4 + 1
    for (std::uint64_t& constant : out) {
        for (unsigned j = 0; j <= 6; ++j) {
            if ((lfsr & 1) != 0) { constant |= std::uint64_t{1} << ((1U << j) - 1); }
            lfsr = static_cast<std::uint8_t>((lfsr << 1) ^ ((lfsr & 0x80) != 0 ? 0x71 : 0));
        }
    }
    return out;
}();

/// By how much rho turns the word that pi moves to each place, and where it came from. Word x, y of the state is x + 5
/// y.
struct LaneMove {
    std::size_t from = 0;
    unsigned turn = 0;
};
constexpr std::array<LaneMove, state_words> moves = [] {
    std::array<unsigned, state_words> turns{};
    std::size_t x = 1;
    std::size_t y = 0;
    for (unsigned t = 0; t < 24; ++t) {
        turns.at(x + 5 * y) = (t + 1) * (t + 2) / 2 % 64;
        x = std::exchange(y, (2 * x + 3 * y) % 5);
    }
    std::array<LaneMove, state_words> out{};
    for (std::size_t i = 0; i < 5; ++i) {
        for (std::size_t j = 0; j < 5; ++j) {
            out.at(j + 5 * ((2 * i + 3 * j) % 5)) = {i + 5 * j, turns.at(i + 5 * j)};
        }
    }
    return out;
}();

/// A word of 64 bits of each lane. NOLINTs: g++ takes vectors of its own only in a typedef and in plain arrays.
template <std::size_t Lanes>
struct LaneRegister;
template <>
struct LaneRegister<4> {
    typedef std::uint64_t Word __attribute__((vector_size(32))); // NOLINT(modernize-use-using)
};
template <>
struct LaneRegister<8> {
    typedef std::uint64_t Word __attribute__((vector_size(64))); // NOLINT(modernize-use-using)
};

template <std::size_t Lanes>
struct LaneState {
    typename LaneRegister<Lanes>::Word words[state_words]{}; // NOLINT(modernize-avoid-c-arrays)
};

// Everything below melts into hash_lanes(), which alone knows what the processor can do.
#define ETHPOC_MELT [[gnu::always_inline]] inline // NOLINT(cppcoreguidelines-macro-usage): an attribute

template <class Word>
ETHPOC_MELT void turn(Word& word, unsigned by) {
    if (by != 0) { word = (word << by) | (word >> (64 - by)); }
}

template <std::size_t Lanes, std::size_t... I>
ETHPOC_MELT void one_round(LaneState<Lanes>& state, std::uint64_t constant, std::index_sequence<I...>) {
    using Word = typename LaneRegister<Lanes>::Word;
    auto& a = state.words;
    Word column[5]; // NOLINT(modernize-avoid-c-arrays)
#pragma GCC unroll 5
    for (std::size_t x = 0; x < 5; ++x) {
        column[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
    }
    Word mixed[5]; // NOLINT(modernize-avoid-c-arrays)
#pragma GCC unroll 5
    for (std::size_t x = 0; x < 5; ++x) {
        mixed[x] = column[(x + 1) % 5];
        turn(mixed[x], 1);
        mixed[x] ^= column[(x + 4) % 5];
    }
    Word b[state_words]; // NOLINT(modernize-avoid-c-arrays)
    ((b[I] = a[moves[I].from] ^ mixed[moves[I].from % 5], turn(b[I], moves[I].turn)), ...);
    ((a[I] = b[I] ^ (~b[I / 5 * 5 + (I + 1) % 5] & b[I / 5 * 5 + (I + 2) % 5])), ...);
    a[0] ^= constant;
}

template <std::size_t Lanes>
ETHPOC_MELT void permute(LaneState<Lanes>& state) {
    for (const std::uint64_t constant : round_constants) {
        one_round(state, constant, std::make_index_sequence<state_words>{});
    }
}

std::uint64_t word_at(const std::uint8_t* bytes) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, sizeof word);
    if constexpr (std::endian::native == std::endian::big) { word = std::byteswap(word); }
    return word;
}

using LaneBlock = std::array<std::uint8_t, rate>;
constexpr LaneBlock no_block{};

/// The input that a lane works at.
struct Lane {
    BytesView rest{};
    std::size_t index = 0; // of the input; past the end: the lane has nothing to do
    bool last = false;     // the block that was taken last ended the input
    LaneBlock padded{};

    /// The next block of its input; one of nothing but zeros where it has none.
    const std::uint8_t* take(std::size_t inputs) noexcept {
        last = index < inputs && rest.size() < rate;
        if (index >= inputs) { return no_block.data(); }
        const std::uint8_t* const at = rest.data();
        if (!last) {
            rest = rest.subspan(rate);
            return at;
        }
        padded.fill(0);
        if (!rest.empty()) { std::memcpy(padded.data(), at, rest.size()); }
        padded[rest.size()] = 0x01; // the original padding, not that of FIPS 202
        padded[rate - 1] |= 0x80;
        return padded.data();
    }
};

template <std::size_t Lanes, std::size_t... I>
ETHPOC_MELT void absorb(LaneState<Lanes>& state, const std::array<const std::uint8_t*, Lanes>& blocks,
                        std::index_sequence<I...>) {
    for (std::size_t i = 0; i < rate_words; ++i) {
        state.words[i] ^= typename LaneRegister<Lanes>::Word{word_at(blocks[I] + 8 * i)...};
    }
}

/// What a lane has come to; it begins anew.
template <std::size_t Lanes>
ETHPOC_MELT void squeeze(LaneState<Lanes>& state, std::size_t lane, Hash256& out) {
    for (std::size_t word = 0; word < state_words; ++word) {
        std::uint64_t value = state.words[word][lane];
        state.words[word][lane] = 0;
        for (std::size_t byte = 8 * word; byte < std::min(8 * word + 8, Hash256::width); ++byte, value >>= 8) {
            out.bytes[byte] = static_cast<std::uint8_t>(value);
        }
    }
}

template <std::size_t Lanes>
ETHPOC_MELT void hash_lanes(std::span<const BytesView> in, std::span<Hash256> out) {
    LaneState<Lanes> state;
    std::array<Lane, Lanes> lanes;
    std::size_t next = 0;
    for (Lane& lane : lanes) {
        if (next < in.size()) { lane.rest = in[next]; }
        lane.index = next++;
    }
    for (std::size_t done = 0; done < in.size();) {
        std::array<const std::uint8_t*, Lanes> blocks;
        for (std::size_t i = 0; i < Lanes; ++i) {
            blocks[i] = lanes[i].take(in.size());
        }
        absorb(state, blocks, std::make_index_sequence<Lanes>{});
        permute(state);
        for (std::size_t i = 0; i < Lanes; ++i) {
            if (!lanes[i].last) { continue; }
            squeeze(state, i, out[lanes[i].index]);
            if (next < in.size()) { lanes[i].rest = in[next]; }
            lanes[i].index = next++;
            ++done;
        }
    }
}

#if defined(__x86_64__) && defined(__GNUC__)
[[gnu::target("avx512f")]] void hash_8(std::span<const BytesView> in, std::span<Hash256> out) {
    hash_lanes<8>(in, out);
}
[[gnu::target("avx2")]] void hash_4(std::span<const BytesView> in, std::span<Hash256> out) {
    hash_lanes<4>(in, out);
}
constexpr bool has_wide_registers = true;
#else
void hash_8(std::span<const BytesView>, std::span<Hash256>) {}
void hash_4(std::span<const BytesView>, std::span<Hash256>) {}
constexpr bool has_wide_registers = false;
#endif

std::size_t lanes_of_this_machine() noexcept {
#if defined(__x86_64__) && defined(__GNUC__)
    if (__builtin_cpu_supports("avx512f")) { return 8; }
    if (__builtin_cpu_supports("avx2")) { return 4; }
#endif
    return 1;
}

} // namespace

std::size_t keccak_lanes() noexcept {
    static const std::size_t lanes = lanes_of_this_machine();
    return lanes;
}

void keccak256_each(std::span<const BytesView> in, std::span<Hash256> out, std::size_t most_lanes) noexcept {
    const std::size_t lanes = std::min(most_lanes, keccak_lanes());
    if (has_wide_registers && lanes >= 8 && in.size() > 4) { return hash_8(in, out); }
    if (has_wide_registers && lanes >= 4 && in.size() > 1) { return hash_4(in, out); }
    for (std::size_t i = 0; i < in.size(); ++i) {
        out[i] = keccak256(in[i]);
    }
}

} // namespace ethpoc::chain
