#include "chain/counted.hpp"

#include "chain/keccak.hpp"
#include "rlp/legacy.hpp"

namespace ethpoc::chain {

namespace {

using rlp::Shape;

Shape one(Shape::Kind kind, std::size_t width = 0) {
    return {kind, width, {}, {}};
}

Shape list(Shape::Kind kind, std::vector<Shape> parts) {
    return {kind, 0, {}, std::move(parts)};
}

/// parent uncles coinbase state transactions difficulty time extra nonce; the nonce was a number until 2014-02-08.
Shape header_shape(bool with_nonce) {
    const Shape hash = one(Shape::Kind::fixed, Hash256::width);
    const Shape number = one(Shape::Kind::scalar, Hash256::width);
    std::vector<Shape> parts{
        hash, hash, one(Shape::Kind::fixed, Address::width), hash, hash, number, number, one(Shape::Kind::text)};
    if (with_nonce) { parts.push_back(number); }
    return list(Shape::Kind::record, std::move(parts));
}

/// nonce, to, value, fee, [words], v, r, s
Shape transaction_shape() {
    const Shape number = one(Shape::Kind::scalar, Hash256::width);
    return list(Shape::Kind::record, {number, one(Shape::Kind::fixed, Address::width), number, number,
                                      list(Shape::Kind::list_of, {number}), number, number, number});
}

Shape shape_of_part(CountedPart part) {
    Shape transactions = list(Shape::Kind::list_of, {transaction_shape()});
    Shape uncles = list(Shape::Kind::list_of, {header_shape(true)});
    switch (part) {
    case CountedPart::block:
        return list(Shape::Kind::record, {header_shape(true), transactions, uncles});
    case CountedPart::header_without_nonce:
        return header_shape(false);
    case CountedPart::transactions:
        return transactions;
    case CountedPart::uncles:
        return uncles;
    }
    return {};
}

} // namespace

Hash256 counted_hash(CountedPart part, BytesView modern) {
    const auto counted = rlp::legacy::from_modern(modern, shape_of_part(part));
    return counted ? keccak256(*counted) : Hash256{};
}

} // namespace ethpoc::chain
