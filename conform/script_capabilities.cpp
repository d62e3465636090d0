#include "conform/script_capabilities.hpp"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include "rlp/encode.hpp"
#include "wire/capabilities.hpp"

namespace ethpoc::conform {
namespace {

using wire::Capability;

Bytes encode(const Capability& entry, wire::CapabilityForm form) {
    if (form == wire::CapabilityForm::names) { return rlp::encode_item(entry.name); }
    return rlp::encode_list(entry.name, entry.version.value_or(0));
}

/// "eth", "shh/2"; eth without a version is that of the profile.
std::optional<Capability> capability_of(std::string_view word, const wire::Profile& profile) noexcept {
    const std::size_t slash = word.find('/');
    Capability out{word.substr(0, slash), std::nullopt};
    if (out.name == "eth") { out.version = profile.eth_version; }
    if (out.name == "shh") { out.version = profile.shh_version; }
    if (slash != std::string_view::npos) {
        const auto version = number_of(word.substr(slash + 1));
        if (!version || *version > 0xffff'ffff) { return std::nullopt; }
        out.version = static_cast<std::uint32_t>(*version);
    }
    if (out.name.empty()) { return std::nullopt; }
    return out;
}

/// Where the target puts the blocks of ids when it has heard this list: it walks the list in its order, and each entry
/// that it has itself gets the next block (spec WIRE 7.5).
wire::IdOffsets offsets_of(const std::vector<Capability>& ours, const Facts& facts) {
    if (facts.profile->version == 0) { return {}; }
    const std::string eth = "eth/" + std::to_string(facts.profile->eth_version);
    const auto has = [&](const std::string& entry) {
        return facts.capabilities.empty() ? entry == eth
                                          : std::ranges::find(facts.capabilities, entry) != facts.capabilities.end();
    };
    wire::IdOffsets out{0, 0};
    std::uint16_t next = wire::first_sub_protocol_id;
    for (const Capability& entry : ours) {
        if (!has(std::string(entry.name) + "/" + std::to_string(entry.version.value_or(0)))) { continue; }
        if (entry.name == "eth" && out.eth == 0) {
            out.eth = std::exchange(next, static_cast<std::uint16_t>(next + wire::eth_id_count));
        } else if (entry.name == "shh" && out.shh == 0) {
            out.shh = std::exchange(next, static_cast<std::uint16_t>(next + wire::shh_id_count));
        }
    }
    return out;
}

} // namespace

Bytes good_capabilities(const wire::Profile& profile, wire::CapabilityForm form) {
    return list_of(encode({"eth", profile.eth_version}, form));
}

Bytes read_capabilities(CapabilityText list, Scene& scene) {
    Cursor& in = list.text;
    Bytes out;
    if (in.take("raw:")) {
        read_item(in, scene, out);
        if (!in.done()) { scene.wrong(in.at(), 1, "`raw:` has one item"); }
        return out;
    }
    std::vector<Capability> entries;
    const bool none = in.take("none");
    while (!none && scene.ok()) {
        const std::size_t begin = in.at();
        const std::string_view word = in.take_while([](char c) { return c != ','; });
        const auto entry = capability_of(word, scene.profile());
        if (!entry) {
            scene.wrong(begin, word.size(), "not a capability");
            break;
        }
        entries.push_back(*entry);
        append(out, encode(*entry, list.form));
        if (!in.take(",")) { break; }
    }
    if (!in.done()) { scene.wrong(in.at(), 1, "`none` stands alone"); }
    scene.offsets = offsets_of(entries, scene.facts());
    return list_of(out);
}

} // namespace ethpoc::conform
