// Messages by their name: `Hello{version:23 client_id:"x"}`. What is not given has its usual value, and the order of
// the fields is that of the version, whatever the order in the text.
#include <algorithm>
#include <ranges>

#include "rlp/encode.hpp"
#include "show/assumed.hpp"
#include "show/message_form.hpp"
#include "show/text_encoder.hpp"
#include "wire/frame.hpp"
#include "wire/item_counted.hpp"

namespace ethpoc::show {
namespace {

constexpr std::string_view id_label = "id";
constexpr std::string_view left_out = "none";

void put_bytes(Bytes& out, BytesView bytes) {
    out.insert(out.end(), bytes.begin(), bytes.end());
}

/// Of an item that is a number of at most 64 bits.
std::optional<std::uint64_t> number_in(BytesView item) {
    const bool alone = item.size() == 1 && item[0] < 0x80;
    const bool string = !item.empty() && item[0] >= 0x80 && item[0] <= 0x88 && item.size() == item[0] - 0x7fu;
    if (!alone && !string) { return std::nullopt; }
    std::uint64_t out = 0;
    for (const std::uint8_t b : alone ? item : item.subspan(1)) {
        out = out << 8 | b;
    }
    return out;
}

std::string named(const wire::Profile& row) {
    return "protocol " + std::string(row.name);
}

std::vector<std::string_view> labels_of(wire::Layout layout) {
    std::vector<std::string_view> out;
    for (const wire::Member member : layout) {
        out.push_back(field_label(member));
    }
    out.push_back(id_label);
    return out;
}

/// The newest row that has the message, for people who asked for it in another version.
std::string elsewhere(wire::MessageType type) {
    for (const wire::Family family : {wire::Family::p2p, wire::Family::flat}) {
        const auto newest_first = wire::profiles() | std::views::reverse;
        const auto found = std::ranges::find_if(newest_first, [&](const wire::Profile& row) {
            return row.family == family && wire::id_of(row, type).has_value();
        });
        if (found != newest_first.end()) { return "; protocol " + std::string(found->name) + " has it"; }
    }
    return {};
}

} // namespace

const Bytes* Encoder::Draft::field(wire::Member member) const noexcept {
    const auto found = std::ranges::find(fields, member, &std::pair<wire::Member, Bytes>::first);
    return found != fields.end() ? &found->second : nullptr;
}

bool Encoder::fail_unknown(std::string detail, std::vector<std::string_view> instead) {
    instead_ = std::move(instead);
    return fail(errors::syntax, std::move(detail));
}

///   protocol="p2p2/eth49"      for the messages after it
bool Encoder::protocol() {
    Bytes name;
    if (in_message_) { return fail_syntax(); }
    if (!take()) { return false; }
    if (token_.kind != TokenKind::string) { return fail_syntax(); }
    if (!string(name)) { return false; }
    const wire::Profile* const row = wire::find_profile(as_text(name));
    if (row == nullptr) { return fail(errors::syntax, "there is no protocol " + printable(as_text(name), 32)); }
    version_ = {row, {}};
    return true;
}

bool Encoder::message() {
    if (in_message_) { return fail(errors::syntax, "a message cannot stand in another"); }
    const auto type = message_named(token_.text);
    if (!type) { return fail_unknown("no message is called \"" + printable(token_.text, 64) + "\"", message_names()); }
    if (version_.profile == nullptr) { version_.profile = &row_of_text(lexer_.text()); }
    Draft draft;
    draft.profile = version_.profile;
    draft.type = *type;
    const auto offsets = version_.offsets.value_or(usual_offsets(*draft.profile));
    if (const auto id = wire::id_of(*draft.profile, *type, offsets)) {
        draft.id = rlp::encode_item(std::uint64_t{*id});
    }
    const Token name = token_;
    Lexer ahead = lexer_;
    if (const auto next = ahead.next(); next && next->is(TokenKind::mark, "{")) {
        lexer_ = ahead;
        if (!arguments(draft)) { return false; }
    }
    if (!draft.id) {
        token_ = name;
        return fail(errors::syntax,
                    *type == wire::MessageType::Unknown
                        ? "say which: Unknown{id:99}"
                        : named(*draft.profile) + " has no " + std::string(name.text) + elsewhere(*type));
    }
    return put_message(draft);
}

/// Up to the closing brace.
bool Encoder::arguments(Draft& draft) {
    while (take()) {
        if (token_.is(TokenKind::mark, "}")) { return true; }
        if (token_.kind == TokenKind::end) { return fail(errors::unclosed, "the message is still open"); }
        if (token_.kind == TokenKind::label) {
            if (!named_value(draft)) { return false; }
            continue;
        }
        Encoder one(lexer_.text(), version_); // the lexer stands behind its first token
        one.lexer_ = lexer_;
        one.token_ = token_;
        one.in_message_ = true;
        const bool good = one.finish_value(draft.more);
        lexer_ = one.lexer_;
        if (!good) {
            error_ = std::move(one.error_);
            instead_ = std::move(one.instead_);
            return false;
        }
    }
    return false;
}

bool Encoder::named_value(Draft& draft) {
    const std::string_view label = token_.text;
    if (label == id_label) {
        if (draft.said_id) { return fail(errors::syntax, "the id a second time"); }
        draft.said_id = true;
        return value(false, draft.id.emplace());
    }
    const wire::Layout layout = form_of(*draft.profile, draft.type);
    const auto member = std::ranges::find(layout, label, field_label);
    if (member == layout.end()) {
        return fail_unknown(std::string(wire::name_of(draft.type)) + " of " + named(*draft.profile) +
                                " has no field \"" + printable(label, 64) + "\"",
                            labels_of(layout));
    }
    if (draft.field(*member) != nullptr) { return fail(errors::syntax, "this field a second time"); }
    Bytes items;
    if (!value(spreads(*member), items)) { return false; }
    if (draft.type == wire::MessageType::Hello && *member == wire::Member::version) {
        if (const auto version = number_in(items)) { draft.profile = hello_row(draft.profile, *version); }
    }
    draft.fields.emplace_back(*member, std::move(items));
    return true;
}

bool Encoder::value(bool spread, Bytes& out) {
    Encoder inner(lexer_.text(), version_);
    inner.lexer_ = lexer_;
    inner.in_message_ = true;
    const bool good = inner.one_value(spread, out);
    lexer_ = inner.lexer_;
    if (good) { return true; }
    error_ = std::move(inner.error_);
    instead_ = std::move(inner.instead_);
    return false;
}

bool Encoder::one_value(bool spread, Bytes& out) {
    if (!take()) { return false; }
    if (token_.is(TokenKind::name, left_out)) { return true; }
    if (!spread) { return finish_value(out); }
    if (!token_.is(TokenKind::mark, "[")) { return fail(errors::syntax, "the value of this field is a list: [..]"); }
    Bytes list;
    if (!finish_value(list)) { return false; }
    put_bytes(out, BytesView(list).subspan(boxes_.front().header_size));
    return true;
}

bool Encoder::finish_value(Bytes& out) {
    if (closes()) { return fail(errors::syntax, "a value is missing before it"); }
    if (token_.kind == TokenKind::end) { return fail(errors::unclosed, "a value is missing"); }
    if (!term()) { return false; }
    while (!open_.empty()) {
        if (!take()) { return false; }
        if (token_.kind == TokenKind::end) { return fail(errors::unclosed, "something is still open"); }
        if (!(closes() ? close() : term())) { return false; }
    }
    put_bytes(out, assemble());
    return true;
}

bool Encoder::put_message(const Draft& draft) {
    const wire::Layout layout = form_of(*draft.profile, draft.type);
    for (const auto& [member, ignored] : draft.fields) { // of a Hello, given before a version that has no such field
        if (std::ranges::find(layout, member) != layout.end()) { continue; }
        return fail_unknown(
            "the Hello of " + named(*draft.profile) + " has no field \"" + std::string(field_label(member)) + "\"", {});
    }
    Bytes items = *draft.id;
    for (const wire::Member member : layout) {
        const Bytes* const given = draft.field(member);
        put_bytes(items, given != nullptr ? *given : usual_items(*draft.profile, draft.type, member));
    }
    put_bytes(items, draft.more);
    Box list;
    make_header(true, items.size(), {}, list); // the shortest form always fits
    Bytes payload(list.header.begin(), list.header.begin() + list.header_size);
    put_bytes(payload, items);
    if (draft.profile->dialect == rlp::Dialect::item_counted) {
        payload = wire::to_item_counted(draft.type, payload);
        if (payload.empty()) {
            return fail(errors::syntax, "the RLP of January 2014, which " + named(*draft.profile) +
                                            " speaks, cannot say this; write it as frame { }");
        }
    }
    if (payload.size() > 0xffffffff) { return fail(errors::bad_number, "a frame of more than 4 GiB"); }
    put_bytes(literal_, wire::frame_header(payload.size()));
    put_bytes(literal_, payload);
    return true;
}

} // namespace ethpoc::show
