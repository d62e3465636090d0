// Items of a payload, as text and as RLP. Inside of this room only; the grammar stands in cases.def.
#pragma once

#include "conform/script_text.hpp"

namespace ethpoc::conform {

/// The item that stands at `in`, its RLP behind `out`. A word like `blocks` is several. The place after it is that of
/// the next character; nothing is there that belongs to it.
void read_item(Cursor& in, Scene& scene, Bytes& out);

/// `[id item ..]`: a payload of the profile's dialect.
Bytes read_payload(Cursor& in, Scene& scene);

/// A word that stands for a thing: `head`, `tx`, `peer(203.0.113.7:30303)`. `arguments` is what stands in its brackets;
/// nothing: it has none.
struct Thing {
    std::string_view name{};
    std::optional<std::string_view> arguments{};
    std::size_t offset = 0; // of its name in the text
    std::size_t length = 0;
};
/// The RLP of the thing, behind `out`; an error stays in the scene.
void put_thing(const Thing& thing, Scene& scene, Bytes& out);

/// Blocks and transactions: `block(bad-pow)`, `tx(data 100)`.
void put_block(const Thing& thing, Scene& scene, Bytes& out);
/// The RLP of a transaction that is as wrong as the arguments say.
void put_transaction(const Thing& thing, Scene& scene, Bytes& out);

/// The hash that a word names: head, anc3, genesis, unknown1. Nothing: it is no such word, or an error is kept, as the
/// hash is not known.
std::optional<Hash256> hash_of(const Thing& thing, Scene& scene);

/// The type of this name: "GetChain".
std::optional<wire::MessageType> type_of_name(std::string_view name) noexcept;
/// Its id on the line that is written to; an error is kept when there is none.
std::optional<std::uint16_t> id_in(Scene& scene, wire::MessageType type, std::size_t offset, std::size_t length);

/// `items`, RLP one behind the other, as a list.
Bytes list_of(BytesView items);
/// `list`, a message in today's RLP, in the dialect of the profile.
Bytes in_dialect(const wire::Profile& profile, wire::MessageType type, Bytes list);

} // namespace ethpoc::conform
