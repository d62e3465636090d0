#include "show/message_form.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "rlp/encode.hpp"
#include "show/assumed.hpp"
#include "show/text_lexer.hpp"
#include "wire/codec.hpp"

namespace ethpoc::show {
namespace {

constexpr std::uint64_t usual_count = 256;
constexpr std::uint64_t usual_port = 30303;
constexpr std::uint8_t usual_id_byte = 0x11; // peers refuse a node id of zeros

constexpr std::array labels{
#define ETHPOC_MEMBER(member, name, kind, width)                                                                       \
    wire::MemberKind::kind == wire::MemberKind::rest ? std::string_view(#member) : std::string_view(#name),
#define ETHPOC_LAYOUT(layout, ...)
#include "wire/layouts.def"
#undef ETHPOC_LAYOUT
#undef ETHPOC_MEMBER
};

Bytes string_item(BytesView bytes) {
    rlp::BackwardWriter out;
    out.put_string(bytes);
    return out.take();
}

/// As compose_hello() lists them.
Bytes usual_capabilities(const wire::Profile& profile) {
    rlp::BackwardWriter out;
    const bool pairs = profile.capabilities == wire::CapabilityForm::pairs;
    if (pairs) { out.put_uint(profile.eth_version); }
    out.put_string(as_bytes("eth"));
    if (pairs) { out.close_list(0); }
    out.close_list(0);
    return out.take();
}

/// The version that the message says.
std::uint64_t version_in(const wire::Profile& profile, wire::MessageType type) {
    return type == wire::MessageType::Status      ? profile.eth_version
           : type == wire::MessageType::ShhStatus ? profile.shh_version
                                                  : profile.version;
}

bool has_all(const wire::Profile& row, const std::vector<wire::MessageType>& types) {
    return std::ranges::all_of(types, [&row](wire::MessageType type) {
        return type == wire::MessageType::Unknown || wire::id_of(row, type).has_value();
    });
}

} // namespace

std::optional<wire::MessageType> message_named(std::string_view name) noexcept {
    for (std::size_t i = 0; i <= wire::message_type_count; ++i) {
        const auto type = static_cast<wire::MessageType>(i);
        if (wire::name_of(type) == name) { return type; }
    }
    return std::nullopt;
}

std::vector<std::string_view> message_names() {
    std::vector<std::string_view> out;
    for (std::size_t i = 0; i <= wire::message_type_count; ++i) {
        out.push_back(wire::name_of(static_cast<wire::MessageType>(i)));
    }
    return out;
}

std::string_view field_label(wire::Member member) noexcept {
    return labels[static_cast<std::size_t>(member)];
}

wire::Layout form_of(const wire::Profile& profile, wire::MessageType type) noexcept {
    switch (type) {
    case wire::MessageType::Hello:
        return wire::hello_layout(profile.hello);
    case wire::MessageType::GetBlockHashes:
        if (wire::limit_first(profile, 0)) { return wire::layouts::get_block_hashes_limit_first; }
        break;
    case wire::MessageType::NewBlock:
        if (profile.announce == wire::AnnounceForm::new_block_bare) { return wire::layouts::new_block_bare; }
        break;
    case wire::MessageType::Unknown:
        return {};
    default:
        break;
    }
    return wire::layout_of(type);
}

const wire::Profile* hello_row(const wire::Profile* profile, std::uint64_t version) noexcept {
    if (profile->family != wire::Family::flat || version > 0xffffffff) { return profile; }
    const wire::Profile* const row = wire::find_flat(static_cast<std::uint32_t>(version));
    return row != nullptr ? row : profile;
}

Bytes usual_items(const wire::Profile& profile, wire::MessageType type, wire::Member member) {
    const wire::MemberRow& row = wire::row_of(member);
    if (spreads(member)) { return {}; }
    switch (member) {
    case wire::Member::version:
        return rlp::encode_item(version_in(profile, type));
    case wire::Member::client_id:
        return string_item(as_bytes("ethpoc"));
    case wire::Member::capabilities:
        return rlp::encode_item(wire::capability::full);
    case wire::Member::capability_list:
        return usual_capabilities(profile);
    case wire::Member::listen_port:
    case wire::Member::p2p_port:
    case wire::Member::port:
        return rlp::encode_item(usual_port);
    case wire::Member::reason:
        return profile.reasons == wire::ReasonSet::none ? Bytes{} : rlp::encode_item(std::uint64_t{0});
    case wire::Member::limit:
    case wire::Member::count:
        return rlp::encode_item(usual_count);
    case wire::Member::block:
        return {0xc0};
    default:
        break;
    }
    if (row.kind == wire::MemberKind::node_id) { return string_item(Bytes(row.width, usual_id_byte)); }
    return string_item(Bytes(row.kind == wire::MemberKind::hash ? row.width : 0));
}

const wire::Profile& row_of_text(std::string_view text) {
    std::vector<wire::MessageType> types;
    Lexer lexer(text);
    bool in_hello = false;
    for (auto token = lexer.next(); token && token->kind != TokenKind::end; token = lexer.next()) {
        if (token->kind == TokenKind::name) {
            const auto type = message_named(token->text);
            in_hello = type == wire::MessageType::Hello;
            if (type) { types.push_back(*type); }
        } else if (in_hello && token->is(TokenKind::label, "version")) {
            token = lexer.next();
            if (!token) { break; }
            std::uint32_t version = 0;
            const auto [end, code] =
                std::from_chars(token->text.data(), token->text.data() + token->text.size(), version);
            if (token->kind == TokenKind::number && code == std::errc{}) {
                return wire::nearest_profile(wire::Family::flat, version);
            }
        }
    }
    const wire::Profile& flat = *assumed_speech(false).profile;
    const wire::Profile& p2p = *assumed_speech(true).profile;
    const wire::Profile& newest = wire::nearest_profile(wire::Family::flat, 0xffffffff);
    for (const wire::Profile* row : {&flat, &newest, &p2p}) {
        if (has_all(*row, types)) { return *row; }
    }
    return flat;
}

} // namespace ethpoc::show
