// Expectation: what a case accepts or tolerates. The text of a column of cases.def, read once; its grammar stands
// there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conform/heard.hpp"

namespace ethpoc::conform {

/// One thing that must be seen.
struct Term {
    /// What must be seen; the words of the grammar.
    enum class Kind : std::uint8_t { message, disconnect, close, ignore, hold, silence, active, alive, any, check };
    Kind kind{};
    Line line = 0;
    wire::MessageType type = wire::MessageType::Unknown; // of a message
    std::optional<std::uint32_t> reason{};               // of a disconnect; nothing: any or none
    std::size_t times = 1;                               // pong*3
    std::optional<std::size_t> least{};                  // entries of its list
    std::optional<std::size_t> most{};
    std::optional<Hash256> hash{}; // notinchain(h)
    std::optional<Since> within{};
    std::string check{}; // "hello-items swapped"
};

/// Alternatives; each is a sequence. `refused` has become its three.
struct Expectation {
    std::vector<std::vector<Term>> alternatives{};
    std::string text{}; // as it stands in the table

    bool empty() const noexcept { return alternatives.empty(); }
    /// False: no alternative asks whether the barrier is answered, so none need be sent.
    bool wants_barrier() const noexcept;
    /// How long an answer may come behind the Pong of the barrier: half a second, or what the answer may take if that
    /// is said. Zero: no alternative names an answer.
    Since patience() const noexcept;
    /// One of the alternatives has this check; it may need a question of the tester's own.
    bool has_check(std::string_view name) const noexcept;
};

/// Errors: script.syntax, with the offset in `text`; script.unknown_fact.
Result<Expectation> read_expectation(std::string_view text, const Facts& facts);

/// A Disconnect counts when the end of the connection follows within this time.
inline constexpr Since disconnect_grace = std::chrono::seconds(5);

/// Whether one of the alternatives is what was heard. Messages before the stimulus, Ping, the answers to our barrier,
/// and what the target asks on its own (as often as it likes) count for nothing, but where a term asks for them.
/// `timeout` counts from the end of the stimulus, the times in the text from its beginning.
bool meets(const Heard& heard, const Expectation& expected, const Facts& facts, std::chrono::milliseconds timeout);

/// The same for the `seen` of an expectation file: the answers are those, whenever they came; the end of the connection
/// and the barrier are only looked at where a term names them. "disc(2)": though the connection may stay open.
bool was_seen(const Heard& heard, const Expectation& seen, const Facts& facts);

/// What was heard, in the same words: "pong*2", "disc(2)<=12ms", "hold". meets() takes them for what was heard. What
/// has no word is named in plain ones: "not connected", "unreadable", "no frames", "closed by us".
std::string in_words(const HeardLine& line, const Facts& facts);

} // namespace ethpoc::conform
