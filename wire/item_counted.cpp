#include "wire/item_counted.hpp"

#include <utility>
#include <vector>

#include "rlp/legacy.hpp"
#include "wire/frame.hpp"

namespace ethpoc::wire {
namespace {

using rlp::Shape;

Shape scalar() {
    return {Shape::Kind::scalar, Hash256::width, {}, {}};
}

Shape text() {
    return {Shape::Kind::text, 0, {}, {}};
}

Shape hash() {
    return {Shape::Kind::fixed, Hash256::width, {}, {}};
}

Shape record(std::vector<Shape> parts) {
    return {Shape::Kind::record, 0, {}, std::move(parts)};
}

/// Which items of a composed message are numbers. Only what protocol 0 has. Transactions and blocks are `any`: their
/// strings stay strings, which says the same to everybody who reads them by value.
Shape shape_of_message(MessageType type, std::size_t items) {
    std::vector<Shape> parts{scalar()};
    switch (type) {
    case MessageType::Hello: // [id, version, network, client, caps, port]
        parts.insert(parts.end(), {scalar(), scalar(), text(), scalar(), scalar()});
        break;
    case MessageType::Peers: // [id, [[octet, ..], port, node id], ..]
        parts.push_back(record({record({scalar()}), scalar(), text()}));
        break;
    case MessageType::GetChain: // [id, hash, .., count]
        parts.resize(items > 1 ? items - 1 : 1, hash());
        parts.push_back(scalar());
        break;
    case MessageType::NotInChain:
        parts.push_back(hash());
        break;
    default:
        parts.push_back({});
        break;
    }
    return record(std::move(parts));
}

} // namespace

bool looks_item_counted(BytesView payload) noexcept {
    return !payload.empty() && payload.front() > 0x80 && payload.front() < 0xc0;
}

Result<BytesView> from_item_counted(BytesView payload, Bytes& scratch) {
    auto translated = rlp::legacy::to_modern(payload, rlp::Mode::lenient, {.max_bytes = ~std::size_t{0}});
    if (!translated) { return std::unexpected(std::move(translated.error()).moved(0, "payload")); }
    scratch = std::move(*translated);
    return BytesView{scratch};
}

Bytes to_item_counted(MessageType type, BytesView list) {
    const auto items = rlp::list_items(list);
    const rlp::Limits limits{.max_bytes = ~std::size_t{0}, .max_items = ~std::size_t{0}};
    auto translated = rlp::legacy::from_modern(list, shape_of_message(type, items ? items->size() : 0), limits);
    return translated ? std::move(*translated) : Bytes{};
}

Error place_in_item_counted(Error error, BytesView payload) {
    return rlp::legacy::relocate(std::move(error), payload);
}

} // namespace ethpoc::wire
