#include "conform/script_items.hpp"

#include <algorithm>
#include <utility>

#include "rlp/encode.hpp"
#include "wire/item_counted.hpp"

namespace ethpoc::conform {
namespace {

/// Decimal up to 64 bits, hexadecimal up to 256.
std::optional<U256> big_number_of(std::string_view word) {
    if (const auto small = number_of(word)) { return U256{*small}; }
    if (!word.starts_with("0x") || word.size() > 2 + 64) { return std::nullopt; }
    std::string digits(word.substr(2));
    digits.insert(0, 64 - digits.size(), '0');
    const auto bytes = hex_of(digits);
    if (!bytes) { return std::nullopt; }
    U256 out;
    for (std::size_t i = 0; i < bytes->size(); ++i) {
        std::uint64_t& limb = out.limbs[3 - i / 8];
        limb = limb << 8 | (*bytes)[i];
    }
    return out;
}

///   N*item
void read_repeated(std::uint64_t times, std::size_t offset, Cursor& in, Scene& scene, Bytes& out) {
    if (times == 0) { return scene.wrong(offset, 1, "0 times"); }
    const std::size_t begin = in.at();
    const std::size_t outer = scene.repeat;
    for (std::uint64_t i = 0; i < times && scene.ok(); ++i) {
        in.go_to(begin);
        scene.repeat = i;
        const std::size_t before = out.size();
        read_item(in, scene, out);
        if (!scene.spend(offset, std::max(in.at() - begin, out.size() - before))) { break; }
    }
    scene.repeat = outer;
}

void read_text(Cursor& in, Scene& scene, Bytes& out) {
    in.skip(1);
    if (const auto text = in.take_until('"', scene)) { append(out, rlp::encode_item(*text)); }
}

void read_hex_string(Cursor& in, Scene& scene, Bytes& out) {
    in.skip(2);
    const std::size_t begin = in.at();
    const auto digits = in.take_until('\'', scene);
    if (!digits) { return; }
    const auto bytes = hex_of(*digits);
    if (!bytes) { return scene.wrong(begin, digits->size(), "not an even number of hex digits"); }
    append(out, rlp::encode_item(*bytes));
}

Bytes read_list(Cursor& in, Scene& scene) {
    const std::size_t begin = in.at();
    Bytes items;
    if (!in.expect("[", scene) || !scene.enter(begin)) { return items; }
    for (in.skip_blanks(); scene.ok() && !in.take("]"); in.skip_blanks()) {
        if (in.done()) {
            scene.wrong(in.at(), 0, "`]` is missing");
            break;
        }
        read_item(in, scene, items);
    }
    scene.leave();
    return list_of(items);
}

} // namespace

void read_item(Cursor& in, Scene& scene, Bytes& out) {
    const std::size_t begin = in.at();
    if (!scene.enter(begin)) { return; }
    if (in.peek() == '[') {
        append(out, read_list(in, scene));
    } else if (in.peek() == '"') {
        read_text(in, scene, out);
    } else if (in.peek() == 'h' && in.peek(1) == '\'') {
        read_hex_string(in, scene, out);
    } else {
        const std::string_view word = in.take_word();
        const auto number = word.empty() || !is_digit(word.front()) ? std::nullopt : big_number_of(word);
        if (number && number->fits_u64() && in.take("*")) {
            read_repeated(number->limbs[0], begin, in, scene, out);
        } else if (number) {
            append(out, rlp::encode_item(*number));
        } else if (word.empty() || is_digit(word.front())) {
            scene.wrong(begin, std::max<std::size_t>(word.size(), in.done() ? 0 : 1), "not an item");
        } else {
            Thing thing{word, std::nullopt, begin, word.size()};
            if (in.take("(")) { thing.arguments = in.take_until(')', scene); }
            thing.length = in.at() - begin;
            if (scene.ok()) { put_thing(thing, scene, out); }
        }
    }
    scene.leave();
}

Bytes read_payload(Cursor& in, Scene& scene) {
    Bytes list = read_list(in, scene);
    if (!scene.ok() || scene.profile().dialect == rlp::Dialect::modern) { return list; }
    rlp::Items items;
    if (!rlp::list_items_fast(list, items) || items.empty()) { return list; }
    const auto id = rlp::value<std::uint64_t>(items[0]);
    const auto type = id ? wire::type_of_id(scene.profile(), *id, scene.offsets) : wire::MessageType::Unknown;
    return in_dialect(scene.profile(), type, std::move(list));
}

std::optional<wire::MessageType> type_of_name(std::string_view name) noexcept {
    for (std::size_t i = 0; i < wire::message_type_count; ++i) {
        const auto type = static_cast<wire::MessageType>(i);
        if (wire::name_of(type) == name) { return type; }
    }
    return std::nullopt;
}

std::optional<std::uint16_t> id_in(Scene& scene, wire::MessageType type, std::size_t offset, std::size_t length) {
    const auto id = wire::id_of(scene.profile(), type, scene.offsets);
    if (id) { return id; }
    const std::string name{wire::name_of(type)};
    if (wire::id_of(scene.profile(), type)) {
        scene.unknown(offset, length, "the id of " + name + ": its sub-protocol is not shared");
    } else {
        scene.wrong(offset, length, "protocol " + std::string(scene.profile().name) + " has no " + name);
    }
    return std::nullopt;
}

Bytes list_of(BytesView items) {
    rlp::BackwardWriter header(16);
    header.put_header(0xc0, items.size());
    Bytes out;
    out.reserve(header.mark() + items.size());
    append(out, header.view());
    append(out, items);
    return out;
}

Bytes in_dialect(const wire::Profile& profile, wire::MessageType type, Bytes list) {
    return profile.dialect == rlp::Dialect::modern ? std::move(list) : wire::to_item_counted(type, list);
}

} // namespace ethpoc::conform
