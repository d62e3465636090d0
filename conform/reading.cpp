#include "conform/reading.hpp"

#include <algorithm>
#include <charconv>

#include "chain/block.hpp"
#include "conform/errors.hpp"
#include "rlp/hex.hpp"
#include "rlp/legacy.hpp"
#include "sync/implementation.hpp"
#include "wire/codec.hpp"
#include "wire/frame.hpp"
#include "wire/hello.hpp"

namespace ethpoc::conform {
namespace {

constexpr std::size_t most_ancestors = 31;

Hash256 hash_of_byte(std::uint8_t byte) {
    Hash256 out;
    out.bytes.fill(byte);
    return out;
}

std::unexpected<Error> not_known(std::string_view name) {
    return std::unexpected(Error{&errors::script_unknown_fact, 0, name.size(), {}, std::string(name)});
}

Result<Hash256> fact_hash(const std::optional<Hash256>& fact, std::string_view name) {
    if (!fact) { return not_known(name); }
    return *fact;
}

/// Where the block of eth begins for a message with this id: the connection may have shared more sub-protocols than the
/// facts say.
wire::IdOffsets offsets_heard(const HeardMessage& message, BytesView payload, const Facts& facts) {
    wire::IdOffsets out = facts.offsets;
    const auto usual = wire::id_of(*facts.profile, message.type, wire::IdOffsets{});
    const rlp::Items items = items_heard(payload);
    std::uint16_t id = 0;
    if (facts.profile->family != wire::Family::p2p || !usual || *usual < wire::first_sub_protocol_id || items.empty() ||
        !rlp::value_fast(items[0], id, rlp::Mode::lenient)) {
        return out;
    }
    const bool shh = message.type == wire::MessageType::ShhStatus || message.type == wire::MessageType::ShhMessages;
    const wire::IdOffsets base{};
    (shh ? out.shh : out.eth) = static_cast<std::uint16_t>((shh ? base.shh : base.eth) + id - *usual);
    return out;
}

const rlp::Items* listed_in(const wire::Message& message) {
    if (const auto* blocks = std::get_if<wire::Blocks>(&message)) { return &blocks->items; }
    if (const auto* hashes = std::get_if<wire::BlockHashes>(&message)) { return &hashes->hashes; }
    if (const auto* peers = std::get_if<wire::Peers>(&message)) { return &peers->entries; }
    if (const auto* transactions = std::get_if<wire::Transactions>(&message)) { return &transactions->items; }
    return nullptr;
}

} // namespace

Result<Hash256> hash_named(std::string_view name, const Facts& facts) {
    if (name == "head") { return fact_hash(facts.head, name); }
    if (name == "genesis") { return fact_hash(facts.genesis, name); }
    if (name == "unknown1") { return hash_of_byte(0x11); }
    if (name == "unknown2") { return hash_of_byte(0x22); }
    if (name.starts_with("anc")) {
        std::size_t number = 0;
        const auto [end, error] = std::from_chars(name.data() + 3, name.data() + name.size(), number);
        if (error == std::errc{} && end == name.data() + name.size() && number >= 1 && number <= most_ancestors) {
            if (number > facts.ancestors.size()) { return not_known(name); }
            return facts.ancestors[number - 1];
        }
    }
    if (name.starts_with("h'") && name.ends_with('\'') && name.size() == 2 * Hash256::width + 3) {
        const auto bytes = from_hex(name.substr(2, 2 * Hash256::width));
        if (bytes && bytes->size() == Hash256::width) { return Hash256::right_aligned(*bytes); }
    }
    return std::unexpected(
        Error{&errors::script_syntax, 0, name.size(), {}, "a hash: head, anc3, genesis, unknown1, h'..'"});
}

BytesView todays_payload(const HeardMessage& message, const Facts& facts, Bytes& scratch) {
    if (facts.profile->dialect == rlp::Dialect::modern) { return message.payload; }
    auto translated = rlp::legacy::to_modern(message.payload, rlp::Mode::lenient);
    if (!translated) { return message.payload; }
    scratch = *std::move(translated);
    return scratch;
}

rlp::Items items_heard(BytesView payload, std::size_t wanted) {
    rlp::Items items;
    if (!rlp::list_items_fast(payload, items, rlp::Mode::lenient)) { return {}; }
    if (wanted <= items.size()) { return items; }
    return wire::with_outside(payload, items, wanted).value_or(items);
}

std::optional<wire::Message> message_heard(const HeardMessage& message, const Facts& facts, Bytes& scratch) {
    Bytes todays;
    const wire::IdOffsets offsets = offsets_heard(message, todays_payload(message, facts, todays), facts);
    auto out = wire::decode(*facts.profile, message.payload, scratch, offsets, wire::OddEntries::skip);
    if (!out || wire::type_of(*out) != message.type) { return std::nullopt; }
    return *out;
}

std::optional<std::size_t> entries_heard(const HeardMessage& message, const Facts& facts) {
    Bytes scratch;
    const auto read = message_heard(message, facts, scratch);
    const rlp::Items* const items = read ? listed_in(*read) : nullptr;
    if (items == nullptr) { return std::nullopt; }
    return items->size();
}

std::vector<Bytes> things_heard(const HeardMessage& message, const Facts& facts) {
    std::vector<Bytes> out;
    Bytes scratch;
    const auto read = message_heard(message, facts, scratch);
    if (!read) { return out; }
    const auto add = [&](const rlp::Item& item) {
        const BytesView whole = item.whole();
        out.emplace_back(whole.begin(), whole.end());
    };
    if (const auto* announced = std::get_if<wire::NewBlock>(&*read)) {
        add(announced->block);
    } else if (const rlp::Items* const items = listed_in(*read)) {
        std::ranges::for_each(*items, add);
    }
    return out;
}

std::vector<Bytes> things_told(const Script& script, const Facts& facts) {
    std::vector<Bytes> out;
    wire::FrameDecoder frames;
    for (const Step& step : script.steps) {
        if (step.kind != Step::Kind::write || step.line != 0) { continue; }
        frames.feed(step.bytes);
        for (auto got = frames.next(); got != wire::FrameDecoder::Step::need_more; got = frames.next()) {
            if (got != wire::FrameDecoder::Step::frame) { continue; }
            const BytesView payload = frames.frame().payload;
            HeardMessage said;
            said.payload.assign(payload.begin(), payload.end());
            Bytes scratch;
            const auto read = wire::decode(*facts.profile, payload, scratch, facts.offsets, wire::OddEntries::skip);
            said.type = read ? wire::type_of(*read) : wire::MessageType::Unknown;
            std::ranges::move(things_heard(said, facts), std::back_inserter(out));
        }
    }
    return out;
}

std::vector<Hash256> hashes_heard(const HeardMessage& message, const Facts& facts) {
    std::vector<Hash256> out;
    Bytes scratch;
    const auto read = message_heard(message, facts, scratch);
    const auto* const hashes = read ? std::get_if<wire::BlockHashes>(&*read) : nullptr;
    if (hashes == nullptr) { return out; }
    for (const rlp::Item& item : hashes->hashes) {
        out.push_back(wire::decode_hash(item).value_or(Hash256{})); // every hash was checked by decode()
    }
    return out;
}

const chain::Rules& rules_of(const Facts& facts) noexcept {
    const auto client = wire::identify(facts.client_id, facts.profile->family);
    return chain::rules_for(facts.profile->chain_version(), sync::implementation_of(client));
}

bool hashes_to(BytesView block, const Hash256& hash, const Facts& facts) {
    return std::ranges::any_of(chain::every_implementation, [&](chain::Implementation by) {
        const auto found = chain::block_hash(chain::rules_for(facts.profile->chain_version(), by), block);
        return found && *found == hash;
    });
}

std::optional<Hash256> parent_named_by(BytesView block) {
    rlp::Items parts;
    rlp::Items header;
    Hash256 parent;
    if (!rlp::list_items_fast(block, parts, rlp::Mode::lenient) || parts.empty() ||
        !rlp::list_items_fast(parts[0].whole(), header, rlp::Mode::lenient) || header.empty() ||
        !rlp::value_fast(header[0], parent, rlp::Mode::lenient)) {
        return std::nullopt;
    }
    return parent;
}

bool is_own_talk(const HeardMessage& message, const Facts& facts) {
    using enum wire::MessageType;
    switch (message.type) {
    case Ping:
    case GetPeers:
    case GetTransactions:
    case GetChain:
    case GetBlockHashes:
    case GetBlocks:
    case Status:
    case Transactions:
    case NewBlock:
    case Peers:
    case ShhStatus: // C++ of September 2014 on says both of these
    case ShhMessages:
        return message.readable;
    case Blocks:
        return message.readable && entries_heard(message, facts) == std::size_t{1};
    case Unknown: // an id that the version does not have; Go has private ones
        return message.readable;
    case Hello:
    case Disconnect:
    case Pong:
    case NotInChain:
    case BlockHashes:
        return false;
    }
    return false;
}

bool ended_by_target(const HeardLine& line) noexcept {
    return line.ending == Ending::fin || line.ending == Ending::reset;
}

} // namespace ethpoc::conform
