#include "conform/script_messages.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "conform/script_capabilities.hpp"
#include "conform/script_members.hpp"
#include "rlp/encode.hpp"
#include "wire/frame.hpp"

namespace ethpoc::conform {
namespace {

using wire::Member;
using wire::MessageType;

wire::Layout layout_in(const wire::Profile& profile, MessageType type) noexcept {
    using namespace wire;
    if (type == MessageType::Hello) { return hello_layout(profile.hello); }
    if (type == MessageType::GetBlockHashes && limit_first(profile, 0)) {
        return layouts::get_block_hashes_limit_first;
    }
    if (type == MessageType::NewBlock && profile.announce == AnnounceForm::new_block_bare) {
        return layouts::new_block_bare;
    }
    if (type == MessageType::Disconnect && profile.reasons == ReasonSet::none) { return layouts::none; }
    return layout_of(type);
}

/// Up to a blank or `}` outside of quotes and brackets.
Cursor take_value(Cursor& in) noexcept {
    const std::size_t begin = in.at();
    int depth = 0;
    char quote = '\0';
    in.take_while([&](char c) {
        if (quote != '\0') {
            if (c == quote) { quote = '\0'; }
            return true;
        }
        if (c == '"' || c == '\'') { quote = c; }
        if (c == '[' || c == '(') { ++depth; }
        if (c == ']' || c == ')') { --depth; }
        return depth > 0 || (c != ' ' && c != '}');
    });
    return in.part(begin, in.at());
}

std::vector<Change> read_changes(Cursor& in, Scene& scene) {
    std::vector<Change> out;
    for (in.skip_blanks(); scene.ok() && !in.take("}"); in.skip_blanks()) {
        const std::size_t begin = in.at();
        const std::string_view key = in.take_word();
        if (key.empty() || !in.take("=")) {
            scene.wrong(begin, key.size(), in.done() ? "`}` is missing" : "`key=value` is missing");
            break;
        }
        out.push_back({key, begin, take_value(in)});
    }
    return out;
}

std::optional<std::size_t> count_of(const Change& change, Scene& scene) {
    const auto count = number_of(change.value.rest());
    if (count && *count <= 10'000) { return static_cast<std::size_t>(*count); }
    wrong_value(change, scene);
    return std::nullopt;
}

bool swap_parts(Draft& draft, Member a, Member b) {
    const auto first = std::ranges::find(draft.parts, a, &Part::member);
    const auto second = std::ranges::find(draft.parts, b, &Part::member);
    if (first == draft.parts.end() || second == draft.parts.end()) { return false; }
    std::swap(*first, *second);
    return true;
}

/// Changes that are no member's. False: the key is none of them.
bool change_form(const Change& change, Draft& draft, Scene& scene) {
    const std::string_view value = change.value.rest();
    bool good = true;
    if (change.key == "extra") {
        draft.extra = count_of(change, scene).value_or(0);
    } else if (change.key == "items") {
        draft.items = count_of(change, scene);
        good = draft.items && *draft.items > 0 && *draft.items <= draft.parts.size() + 1;
    } else if (change.key == "type") {
        draft.id = item_value(change, scene);
    } else if (change.key == "order") {
        good = value == "port-first"   ? swap_parts(draft, Member::capabilities, Member::listen_port)
               : value == "head-first" ? swap_parts(draft, Member::total_difficulty, Member::best_hash)
                                       : false;
    } else if (change.key == "key") {
        draft.outside = value == "outside";
        good = (draft.outside || value == "inside") && !draft.parts.empty() &&
               draft.parts.back().member == Member::node_id;
    } else if (change.key != "form") { // read before
        return false;
    }
    if (!good) { wrong_value(change, scene); }
    return true;
}

/// What the short keys of cases.def stand for.
std::string_view member_name(std::string_view key) noexcept {
    struct Alias {
        std::string_view key, name;
    };
    static constexpr std::array aliases{
        Alias{"network", "network_id"}, Alias{"client", "client_id"},     Alias{"caps", "capabilities"},
        Alias{"port", "listen_port"},   Alias{"id", "node_id"},           Alias{"td", "total_difficulty"},
        Alias{"head", "best_hash"},     Alias{"genesis", "genesis_hash"},
    };
    const auto found = std::ranges::find(aliases, key, &Alias::key);
    return found == aliases.end() ? key : found->name;
}

void change_member(const Change& change, Draft& draft, Scene& scene) {
    const std::string_view name = member_name(change.key);
    const auto part = std::ranges::find(draft.parts, name, [](const Part& p) { return wire::row_of(p.member).name; });
    if (part == draft.parts.end()) {
        return scene.wrong(change.offset, change.key.size(),
                           std::string(wire::name_of(draft.type)) + " of protocol " +
                               std::string(scene.profile().name) + " has no `" + std::string(change.key) + "`");
    }
    if (part->member == Member::version) {
        const bool status = draft.type == MessageType::Status;
        part->rlp = version_value(change, scene, status ? scene.profile().eth_version : scene.profile().version);
    } else if (part->member == Member::node_id) {
        if (auto id = node_id_value(change, scene)) {
            part->rlp = std::move(*id);
        } else {
            draft.parts.erase(part);
        }
    } else if (part->member == Member::capability_list) {
        part->rlp = read_capabilities({change.value, draft.capabilities}, scene);
    } else {
        part->rlp = item_value(change, scene);
    }
}

Bytes framed(BytesView payload) {
    Bytes out;
    append(out, wire::frame_header(payload.size()));
    append(out, payload);
    return out;
}

Bytes frame_of(const Draft& draft, const wire::Profile& profile) {
    Bytes items = draft.id;
    Bytes behind;
    std::size_t count = 1;
    for (const Part& part : draft.parts) {
        if (draft.items && count++ >= *draft.items) { break; }
        append(draft.outside && &part == &draft.parts.back() ? behind : items, part.rlp);
    }
    items.insert(items.end(), draft.extra, 0x01);
    Bytes payload = in_dialect(profile, draft.type, list_of(items));
    append(payload, behind);
    return framed(payload);
}

/// Whether a change says which genesis; it need not be known then.
bool has_genesis(const std::vector<Change>& changes) noexcept {
    return std::ranges::any_of(changes, [](const Change& change) {
        return member_name(change.key) == wire::row_of(Member::genesis_hash).name;
    });
}

Bytes compose(MessageType type, const Thing& place, const std::vector<Change>& changes, Scene& scene) {
    Draft draft;
    draft.type = type;
    draft.capabilities = scene.profile().capabilities;
    for (const Change& change : changes) {
        if (change.key != "form") { continue; }
        const bool names = change.value.rest() == "names";
        if (!names && change.value.rest() != "pairs") { wrong_value(change, scene); }
        draft.capabilities = names ? wire::CapabilityForm::names : wire::CapabilityForm::pairs;
    }
    if (const auto id = id_in(scene, type, place.offset, place.length)) { draft.id = rlp::encode_item(*id); }
    const auto is_changed = [&](Member member) {
        return std::ranges::any_of(
            changes, [&](const Change& change) { return member_name(change.key) == wire::row_of(member).name; });
    };
    for (const Member member : layout_in(scene.profile(), type)) {
        // What is changed anyway need not be known.
        draft.parts.push_back({member, is_changed(member) ? Bytes{} : good_member(draft, member, scene, place)});
    }
    for (const Change& change : changes) {
        if (scene.ok() && !change_form(change, draft, scene)) { change_member(change, draft, scene); }
    }
    return scene.ok() ? frame_of(draft, scene.profile()) : Bytes{};
}

/// The same outside of a stimulus, where nothing can be unknown.
Bytes good_frame(MessageType type, const Facts& facts, std::string_view case_id, Line line) {
    Scene scene{facts, case_id};
    scene.line = line;
    scene.offsets = facts.offsets;
    return compose(type, {}, {}, scene);
}

} // namespace

Bytes read_message(Cursor& in, Scene& scene) {
    const std::size_t begin = in.at();
    if (!in.expect("{", scene)) { return {}; }
    const std::string_view name = in.take_word();
    const auto type = type_of_name(name);
    if (!type) {
        scene.wrong(begin + 1, name.size(), "no message of this name");
        return {};
    }
    const std::vector<Change> changes = read_changes(in, scene);
    if (!scene.ok()) { return {}; }
    const bool status = *type == MessageType::Status && scene.profile().family == wire::Family::p2p;
    if (status && !scene.facts().genesis && !has_genesis(changes)) {
        scene.unknown(begin, in.at() - begin, "genesis: what a good Status says");
        return {};
    }
    return compose(*type, {name, std::nullopt, begin, in.at() - begin}, changes, scene);
}

Bytes hello_frame(const Facts& facts, std::string_view case_id, Line line) {
    return good_frame(MessageType::Hello, facts, case_id, line);
}

Bytes status_frame(const Facts& facts) {
    return facts.profile->family == wire::Family::p2p ? good_frame(MessageType::Status, facts, {}, 0) : Bytes{};
}

Bytes disconnect_frame(const Facts& facts) {
    return good_frame(MessageType::Disconnect, facts, {}, 0);
}

} // namespace ethpoc::conform
