#include "conform/script_members.hpp"

#include <algorithm>

#include "chain/keccak.hpp"
#include "conform/script_capabilities.hpp"
#include "rlp/encode.hpp"

namespace ethpoc::conform {
namespace {

using wire::Member;
using wire::MessageType;

constexpr std::string_view our_client_id = "ethpoc-conform";
/// Nobody is called back there: what a case has to do with it, Peers name in a port of their own.
constexpr std::uint16_t our_port = 30303;

/// A hash of the target's, or of nobody: the first Hello may have to go out before the target's genesis is known.
Bytes hash_or_zeros(const std::optional<Hash256>& hash) {
    return rlp::encode_item(hash.value_or(Hash256{}));
}

/// We are as far as the target is, so that neither side asks the other. What it has not said of itself, is its genesis.
bool as_far_as_target(const Facts& facts) noexcept {
    return facts.head && facts.total_difficulty;
}

Bytes good_difficulty(const Facts& facts) {
    return rlp::encode_item(as_far_as_target(facts) ? *facts.total_difficulty : U256{1});
}

Bytes good_head(const Facts& facts) {
    return hash_or_zeros(as_far_as_target(facts) ? facts.head : facts.genesis);
}

std::uint64_t good_reason(const wire::Profile& profile) noexcept {
    const bool has_quitting = profile.family == wire::Family::p2p || profile.version >= 8;
    return has_quitting ? 8 : 0;
}

} // namespace

Bytes good_member(const Draft& draft, Member member, Scene& scene, const Thing& place) {
    const Facts& facts = scene.facts();
    const auto thing = [&](std::string_view name) {
        Bytes out;
        put_thing({name, std::nullopt, place.offset, place.length}, scene, out);
        return out;
    };
    switch (member) {
    case Member::version:
        return rlp::encode_item(draft.type == MessageType::Status ? scene.profile().eth_version
                                                                  : scene.profile().version);
    case Member::network_id:
        return rlp::encode_item(facts.network_id);
    case Member::client_id:
        return rlp::encode_item(our_client_id);
    case Member::capabilities:
        return rlp::encode_item(wire::capability::full);
    case Member::capability_list:
        return good_capabilities(scene.profile(), draft.capabilities);
    case Member::listen_port:
    case Member::p2p_port:
        return rlp::encode_item(our_port);
    case Member::node_id:
        return rlp::encode_item(node_id_of(scene.case_id(), scene.line));
    case Member::total_difficulty:
        return draft.type == MessageType::NewBlock ? thing("td") : good_difficulty(facts);
    case Member::best_hash:
        return good_head(facts);
    case Member::genesis_hash:
        return hash_or_zeros(facts.genesis);
    case Member::reason:
        return rlp::encode_item(good_reason(scene.profile()));
    case Member::hash:
    case Member::hashes:
        return thing("head");
    case Member::limit:
    case Member::count:
        return rlp::encode_item(256U);
    case Member::block:
        return thing("block");
    default:
        return {}; // lists of things, which may be empty
    }
}

void wrong_value(const Change& change, Scene& scene) {
    scene.wrong(change.value.at(), change.value.rest().size(), "no value of `" + std::string(change.key) + "`");
}

Bytes item_value(const Change& change, Scene& scene) {
    Cursor in = change.value;
    Bytes out;
    if (!is_digit(in.peek()) && in.peek(1) == '*') {
        const auto times = number_of(in.rest().substr(2));
        if (!times) {
            wrong_value(change, scene);
        } else if (scene.spend(change.offset, *times)) {
            out = rlp::encode_item(std::string(*times, in.peek()));
        }
        return out;
    }
    read_item(in, scene, out);
    if (!in.done()) { wrong_value(change, scene); }
    return out;
}

Bytes version_value(const Change& change, Scene& scene, std::uint32_t own) {
    const std::string_view text = change.value.rest();
    const bool below = text.starts_with('-');
    if (!below && !text.starts_with('+')) { return item_value(change, scene); }
    const auto by = number_of(text.substr(1));
    if (!by || *by > 0xffff'ffff || (below && *by > own)) {
        wrong_value(change, scene);
        return {};
    }
    return rlp::encode_item(below ? own - *by : own + *by);
}

std::optional<Bytes> node_id_value(const Change& change, Scene& scene) {
    const NodeId own = node_id_of(scene.case_id(), scene.line);
    const std::string_view text = change.value.rest();
    if (text == "missing") { return std::nullopt; }
    if (text == "empty") { return rlp::encode_item(BytesView{}); }
    if (text == "zero") { return rlp::encode_item(NodeId{}); }
    if (text == "hex") { return rlp::encode_item(to_hex(own)); }
    if (text == "first") { return rlp::encode_item(node_id_of(scene.case_id(), 0)); }
    if (text == "target") {
        if (scene.facts().node_id.is_zero()) { scene.unknown(change.value.at(), text.size(), "the target's node id"); }
        return rlp::encode_item(scene.facts().node_id);
    }
    const auto size = number_of(text);
    if (!size || *size > 1024) {
        wrong_value(change, scene);
        return Bytes{};
    }
    // The end of ours, or all of it and 01 behind it.
    Bytes out(own.bytes.end() - static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(*size, NodeId::width)),
              own.bytes.end());
    out.resize(static_cast<std::size_t>(*size), 0x01);
    return rlp::encode_item(out);
}

NodeId node_id_of(std::string_view case_id, Line line) {
    NodeId out;
    const std::string name = "ethpoc conform " + std::string(case_id) + " " + std::to_string(line);
    const Hash256 first = chain::keccak256(as_bytes(name));
    std::ranges::copy(first.bytes, out.bytes.begin());
    std::ranges::copy(chain::keccak256(first).bytes, out.bytes.begin() + Hash256::width);
    return out;
}

} // namespace ethpoc::conform
