// ShownField: what a message says, field by field, with names and places. For the tools: it reads bytes that a decoder
// would refuse as far as it can, and says where it had to stop. The form is that of web/page/FORMAT.md 3.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rlp/tree.hpp"
#include "wire/profile.hpp"

namespace ethpoc::show {

/// The largest number that JSON of every language keeps: 2^53 - 1. Larger ones are written as text by whatever prints
/// JSON.
inline constexpr std::uint64_t largest_json_number = (std::uint64_t{1} << 53) - 1;

/// One field of a message as people and JSON see it, with the node of the tape that it stands in.
struct ShownField {
    /// What the value is; it says which of the members below mean something.
    enum class Kind : std::uint8_t {
        null,
        number, // up to 2^53-1, which every JSON reader keeps; above that: hex without leading zero bytes
        text,
        hex, // "0x..." in `text`
        list,
        record,
    };
    std::string_view name{}; // a literal
    Kind kind = Kind::null;
    std::uint64_t number = 0;
    std::string text{};
    std::vector<ShownField> items{}; // of a list or a record
    std::size_t offset = 0;          // of the item that it was read from
    std::size_t length = 0;
};

/// What a node of the tape is called: "version", "peer 3". `word` is a literal.
struct NodeName {
    static constexpr std::uint32_t no_number = std::numeric_limits<std::uint32_t>::max();
    std::string_view word{};
    std::uint32_t number = no_number;

    bool empty() const noexcept { return word.empty(); }
    /// Name, and index if it has one: "hash 3".
    std::string text() const;
};
/// Names of the nodes of a tape, by the index of the node.
using NodeNames = std::vector<NodeName>;

/// What a message says as a list of fields.
struct MessageFields {
    std::optional<wire::MessageType> type{}; // nothing: there is no readable id
    std::optional<std::uint64_t> id{};
    std::vector<ShownField> fields{};
    std::optional<Error> error{}; // then there are no fields
};

/// What the payload says whose tape is `tree`; the nodes after the first are what follows the list. `names` becomes as
/// long as the tape.
MessageFields read_fields(const rlp::Tree& tree, const wire::Profile& profile, const wire::IdOffsets& offsets,
                          NodeNames& names);

/// The id of a message, nothing when there is none that can be read.
std::optional<std::uint64_t> message_id(const rlp::Tree& tree);

/// The path of a node of a payload: "payload[1][0]", and "rest[0]" after the first item.
std::string payload_path(const rlp::Tree& tree, std::size_t node);

/// UTF-8 without the characters that printable() escapes: what may be shown as it is.
bool is_clean_text(BytesView bytes);
/// Such text, or all of the bytes as 0x.. hex.
std::string text_or_hex(BytesView bytes);

} // namespace ethpoc::show
