// The words that stand for a thing: hashes, numbers, addresses, entries of Peers.
#include <algorithm>
#include <array>
#include <charconv>
#include <ranges>

#include "chain/keccak.hpp"
#include "conform/script_items.hpp"
#include "rlp/encode.hpp"

namespace ethpoc::conform {
namespace {

using Ip = std::array<std::uint8_t, 4>;

Hash256 all(std::uint8_t byte) noexcept {
    Hash256 out;
    out.bytes.fill(byte);
    return out;
}

/// Nobody has these: two hashes, one behind the other.
NodeId nobody(std::string_view name) {
    NodeId out;
    const Hash256 first = chain::keccak256(as_bytes("ethpoc conform, nobody"), as_bytes(name));
    std::ranges::copy(first.bytes, out.bytes.begin());
    std::ranges::copy(chain::keccak256(first).bytes, out.bytes.begin() + Hash256::width);
    return out;
}

std::optional<std::uint64_t> decimal(std::string_view word) noexcept {
    return !word.empty() && std::ranges::all_of(word, is_digit) ? number_of(word) : std::nullopt;
}

/// "203.0.113.7"; "198.18.0.0+": so many above it.
std::optional<Ip> ip_of(std::string_view text, std::size_t above) {
    const bool counts = text.ends_with('+');
    if (counts) { text.remove_suffix(1); }
    std::uint32_t address = 0;
    for (int i = 0; i < 4; ++i) {
        const std::size_t size = i < 3 ? text.find('.') : text.size();
        if (size == std::string_view::npos) { return std::nullopt; }
        const auto octet = decimal(text.substr(0, size));
        if (!octet || *octet > 255) { return std::nullopt; }
        address = address << 8 | static_cast<std::uint32_t>(*octet);
        text.remove_prefix(std::min(size + 1, text.size()));
    }
    if (counts) { address += static_cast<std::uint32_t>(above); }
    return Ip{static_cast<std::uint8_t>(address >> 24), static_cast<std::uint8_t>(address >> 16),
              static_cast<std::uint8_t>(address >> 8), static_cast<std::uint8_t>(address)};
}

///   c5 81cb 80 71 07      84 cb007107
Bytes address_item(const Ip& ip, bool as_list) {
    if (!as_list) { return rlp::encode_item(BytesView{ip}); }
    return rlp::encode_list(ip[0], ip[1], ip[2], ip[3]);
}

bool lists_octets(const Scene& scene) noexcept {
    return scene.profile().address == wire::AddressForm::octet_list;
}

void put_entry(const Scene& scene, const Ip& ip, std::uint64_t port, BytesView node_id, Bytes& out) {
    const Bytes address = address_item(ip, lists_octets(scene));
    append(out, rlp::encode_list(rlp::Raw{address}, port, node_id));
}

std::string_view host_of(std::string_view endpoint) noexcept {
    return endpoint.substr(0, std::min(endpoint.rfind(':'), endpoint.size()));
}

std::string_view port_of(std::string_view endpoint) noexcept {
    const std::size_t colon = endpoint.rfind(':');
    return colon == std::string_view::npos ? std::string_view{} : endpoint.substr(colon + 1);
}

/// `peer(target)`: as it says of itself that it can be called.
void put_target(const Thing& thing, Scene& scene, Bytes& out) {
    const Facts& facts = scene.facts();
    const auto ip = ip_of(host_of(facts.endpoint), 0);
    if (!ip || facts.node_id.is_zero()) {
        return scene.unknown(thing.offset, thing.length, "the target's address and node id");
    }
    const auto dialled = decimal(port_of(facts.endpoint));
    put_entry(scene, *ip, facts.listen_port != 0 ? facts.listen_port : dialled.value_or(0), facts.node_id, out);
}

void put_peer(const Thing& thing, Scene& scene, Bytes& out) {
    if (thing.arguments == "target") { return put_target(thing, scene, out); }
    const auto ip = ip_of(host_of(*thing.arguments), scene.repeat);
    std::string_view digits = port_of(*thing.arguments);
    if (digits == "own") {
        digits = port_of(scene.facts().own_endpoint);
        if (digits.empty()) { return scene.unknown(thing.offset, thing.length, "the port where we listen"); }
    }
    const auto port = decimal(digits);
    if (!ip || !port) { return scene.wrong(thing.offset, thing.length, "not an address and a port"); }
    put_entry(scene, *ip, *port, nobody("key1"), out);
}

void put_ip(const Thing& thing, Scene& scene, Bytes& out) {
    const auto ip = ip_of(*thing.arguments, scene.repeat);
    if (!ip) { return scene.wrong(thing.offset, thing.length, "not an address"); }
    const bool as_list = thing.name == "iplist" || (thing.name == "ip" && lists_octets(scene));
    append(out, address_item(*ip, as_list));
}

///   bytes(33 0x11)
void put_bytes(const Thing& thing, Scene& scene, Bytes& out) {
    const std::string_view text = *thing.arguments;
    const std::size_t blank = std::min(text.find(' '), text.size());
    const auto size = number_of(text.substr(0, blank));
    const auto value = number_of(text.substr(std::min(blank + 1, text.size())));
    if (!size || !value || *value > 255) {
        return scene.wrong(thing.offset, thing.length, "not a number of bytes and one");
    }
    if (!scene.spend(thing.offset, *size)) { return; }
    append(out, rlp::encode_item(Bytes(*size, static_cast<std::uint8_t>(*value))));
}

void put_nest(const Thing& thing, Scene& scene, Bytes& out) {
    const auto depth = number_of(*thing.arguments);
    constexpr std::uint64_t most = 10'000'000;
    if (!depth || *depth == 0 || *depth > most) {
        return scene.wrong(thing.offset, thing.length, "not a number of lists");
    }
    rlp::BackwardWriter nest;
    for (std::uint64_t i = 0; i < *depth; ++i) {
        nest.close_list(0);
    }
    if (scene.spend(thing.offset, nest.mark())) { append(out, nest.view()); }
}

void put_blocks(const Thing& thing, Scene& scene, Bytes& out) {
    constexpr std::size_t most = 32;
    const auto& blocks = scene.facts().blocks;
    if (blocks.empty()) { return scene.unknown(thing.offset, thing.length, "recorded blocks in a row"); }
    for (const Bytes& block : blocks | std::views::take(most)) {
        append(out, block);
    }
}

void put_number_fact(const Thing& thing, Scene& scene, Bytes& out) {
    if (thing.name == "u256max") {
        append(out, rlp::encode_item(all(0xff)));
    } else if (const auto& td = scene.facts().total_difficulty) {
        append(out, rlp::encode_item(*td));
    } else {
        scene.unknown(thing.offset, thing.length, "td: the target's total difficulty");
    }
}

void put_key(const Thing& thing, Scene& /*scene*/, Bytes& out) {
    append(out, rlp::encode_item(nobody(thing.name)));
}

struct Row {
    std::string_view name;
    bool with_arguments;
    void (*put)(const Thing& thing, Scene& scene, Bytes& out);
};

constexpr std::array rows{
    Row{"bytes", true, put_bytes},
    Row{"nest", true, put_nest},
    Row{"ip", true, put_ip},
    Row{"iplist", true, put_ip},
    Row{"ipstring", true, put_ip},
    Row{"peer", true, put_peer},
    Row{"u256max", false, put_number_fact},
    Row{"td", false, put_number_fact},
    Row{"key1", false, put_key},
    Row{"key2", false, put_key},
    Row{"tx", false, put_transaction},
    Row{"tx", true, put_transaction},
    Row{"block", false, put_block},
    Row{"block", true, put_block},
    Row{"blocks", false, put_blocks},
};

} // namespace

std::optional<Hash256> hash_of(const Thing& thing, Scene& scene) {
    const Facts& facts = scene.facts();
    if (thing.arguments) { return std::nullopt; }
    if (thing.name == "unknown1") { return all(0x11); }
    if (thing.name == "unknown2") { return all(0x22); }
    std::optional<Hash256> out;
    if (thing.name == "head") {
        out = facts.head;
    } else if (thing.name == "genesis") {
        out = facts.genesis;
    } else {
        const auto back = thing.name.starts_with("anc") ? decimal(thing.name.substr(3)) : std::nullopt;
        if (!back || *back < 1 || *back > 31) { return std::nullopt; }
        if (*back <= facts.ancestors.size()) { out = facts.ancestors[static_cast<std::size_t>(*back) - 1]; }
    }
    if (!out) { scene.unknown(thing.offset, thing.length, std::string(thing.name) + ": a hash of the target's chain"); }
    return out;
}

void put_thing(const Thing& thing, Scene& scene, Bytes& out) {
    if (const auto hash = hash_of(thing, scene)) { return append(out, rlp::encode_item(*hash)); }
    if (!scene.ok()) { return; }
    const auto row = std::ranges::find_if(rows, [&](const Row& candidate) {
        return candidate.name == thing.name && candidate.with_arguments == thing.arguments.has_value();
    });
    if (row != rows.end()) { return row->put(thing, scene, out); }
    const auto type = thing.arguments ? std::nullopt : type_of_name(thing.name);
    if (!type) { return scene.wrong(thing.offset, thing.length, "no item of this name"); }
    if (const auto id = id_in(scene, *type, thing.offset, thing.length)) { append(out, rlp::encode_item(*id)); }
}

} // namespace ethpoc::conform
