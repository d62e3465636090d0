#include "rlp/diagnose.hpp"

#include <optional>
#include <string>
#include <utility>

#include "rlp/head.hpp"
#include "rlp/shape.hpp"

namespace ethpoc::rlp::detail {
namespace {

/// The walk keeps one path, which grows and shrinks with it. It recurses on the shape, never on the input.
class Diagnosis {
  public:
    Diagnosis(BytesView bytes, Mode mode,
              const Limits& limits = {.max_bytes = ~std::size_t{0}, .max_items = ~std::size_t{0}}) :
        bytes_(bytes),
        mode_(mode), limits_(limits) {}

    std::optional<Error> document(const Shape& shape);
    std::optional<Error> first_head();
    std::optional<Error> record_from(std::size_t skip, const Shape& record);

  private:
    bool strict() const noexcept { return mode_ == Mode::strict; }
    Error error(const ErrorCode& code, std::size_t offset, std::size_t length, std::string_view name,
                std::string detail) const;
    Error error(const Head& head, const HeadFault& fault, std::string_view name) const;

    std::optional<Error> item(const Head& head, const Shape& shape);
    std::optional<Error> scalar(const Head& head, const Shape& shape) const;
    std::optional<Error> fixed(const Head& head, const Shape& shape) const;
    std::optional<Error> list(const Head& head, const Shape& shape);
    std::optional<Error> element(std::size_t& at, std::size_t end, std::size_t index, const Shape& shape);
    std::optional<Error> fields(std::size_t at, std::size_t end, std::size_t index, const Shape& record);

    BytesView bytes_;
    Mode mode_;
    Limits limits_;
    std::string path_{};
};

Error Diagnosis::error(const ErrorCode& code, std::size_t offset, std::size_t length, std::string_view name,
                       std::string detail) const {
    if (detail.empty()) { detail = code.rule; }
    if (!name.empty()) { detail = std::string(name) + ": " + detail; }
    return {&code, offset, length, path_, std::move(detail)};
}

Error Diagnosis::error(const Head& head, const HeadFault& fault, std::string_view name) const {
    return error(*fault.code, fault.offset, fault.length, name, head.detail(fault));
}

std::optional<Error> Diagnosis::first_head() {
    if (bytes_.empty()) { return error(errors::empty_input, 0, 0, {}, {}); }
    const Head head = read_head(bytes_, 0, bytes_.size(), false);
    if (const HeadFault& fault = head.fault(mode_); fault.code != nullptr) { return error(head, fault, {}); }
    return std::nullopt;
}

std::optional<Error> Diagnosis::document(const Shape& shape) {
    if (bytes_.size() > limits_.max_bytes) {
        return error(errors::size_limit, limits_.max_bytes, bytes_.size() - limits_.max_bytes, {},
                     std::to_string(bytes_.size()) + " bytes, the limit is " + std::to_string(limits_.max_bytes));
    }
    if (auto bad = first_head()) { return bad; }
    const Head head = read_head(bytes_, 0, bytes_.size(), false);
    if (auto bad = item(head, shape)) { return bad; }
    const std::size_t left = bytes_.size() - head.end();
    if (strict() && left != 0) {
        return error(errors::trailing_bytes, head.end(), left, {}, std::to_string(left) + " bytes follow the item");
    }
    return std::nullopt;
}

/// A head without faults, as the shape wants it.
std::optional<Error> Diagnosis::item(const Head& head, const Shape& shape) {
    using Kind = Shape::Kind;
    if (shape.kind == Kind::any) { return std::nullopt; }
    const bool want_list = shape.kind == Kind::items || shape.kind == Kind::list_of || shape.kind == Kind::record;
    if (want_list != head.is_list) {
        const std::size_t length = head.end() - head.offset;
        return error(want_list ? errors::expected_list : errors::expected_string, head.offset, length, shape.name, {});
    }
    switch (shape.kind) {
    case Kind::scalar:
        return scalar(head, shape);
    case Kind::fixed:
        return fixed(head, shape);
    case Kind::record:
        return fields(head.payload_offset(), head.end(), 0, shape);
    case Kind::items:
    case Kind::list_of:
        return list(head, shape);
    default:
        return std::nullopt;
    }
}

std::optional<Error> Diagnosis::scalar(const Head& head, const Shape& shape) const {
    std::size_t zeros = 0;
    while (zeros < head.payload_size && bytes_[head.payload_offset() + zeros] == 0) {
        ++zeros;
    }
    if (strict() && zeros != 0) {
        return error(errors::integer_leading_zero, head.payload_offset(), zeros, shape.name,
                     std::to_string(zeros) + " zero bytes in front");
    }
    const std::size_t size = head.payload_size - zeros;
    if (size <= shape.width) { return std::nullopt; }
    return error(errors::integer_too_large, head.payload_offset(), head.payload_size, shape.name,
                 std::to_string(size) + " bytes, its type has " + std::to_string(shape.width));
}

std::optional<Error> Diagnosis::fixed(const Head& head, const Shape& shape) const {
    const std::size_t size = head.payload_size;
    if (size == shape.width || (!strict() && size < shape.width)) { return std::nullopt; }
    return error(errors::wrong_size, head.offset, head.end() - head.offset, shape.name,
                 std::to_string(size) + " bytes instead of " + std::to_string(shape.width));
}

std::optional<Error> Diagnosis::list(const Head& head, const Shape& shape) {
    static const Shape anything{};
    const Shape& part = shape.kind == Shape::Kind::list_of ? shape.parts.front() : anything;
    std::size_t at = head.payload_offset();
    for (std::size_t index = 0; at < head.end(); ++index) {
        if (index + 1 >= limits_.max_items) {
            return error(errors::item_limit, at, 1, shape.name,
                         "the limit is " + std::to_string(limits_.max_items) + " items");
        }
        if (auto bad = element(at, head.end(), index, part)) { return bad; }
    }
    return std::nullopt;
}

/// The item at `at`, number `index` of the list that ends at `end`; moves `at` past it.
std::optional<Error> Diagnosis::element(std::size_t& at, std::size_t end, std::size_t index, const Shape& shape) {
    const std::size_t kept = path_.size();
    path_ += index_path(index);
    const Head head = read_head(bytes_, at, end, true);
    const HeadFault& fault = head.fault(mode_);
    auto bad = fault.code != nullptr ? std::optional(error(head, fault, shape.name)) : item(head, shape);
    at = head.end();
    path_.resize(kept);
    return bad;
}

std::optional<Error> Diagnosis::fields(std::size_t at, std::size_t end, std::size_t index, const Shape& record) {
    const std::size_t wanted = index + record.parts.size();
    for (const Shape& part : record.parts) {
        if (at == end) {
            return error(errors::too_few_items, end, 0, record.name,
                         std::string(part.name) + " is missing: " + std::to_string(index) + " items of " +
                             std::to_string(wanted));
        }
        if (auto bad = element(at, end, index, part)) { return bad; }
        ++index;
    }
    if (!strict() || at == end) { return std::nullopt; }
    path_ += index_path(index);
    return error(errors::too_many_items, at, end - at, record.name, "more than " + std::to_string(wanted) + " items");
}

std::optional<Error> Diagnosis::record_from(std::size_t skip, const Shape& record) {
    std::size_t at = 0;
    for (std::size_t i = 0; i < skip && at < bytes_.size(); ++i) {
        if (auto bad = element(at, bytes_.size(), i, Shape{})) { return bad; }
    }
    return fields(at, bytes_.size(), skip, record);
}

Error explain(std::optional<Error> found) {
    if (found) { return *std::move(found); }
    return {&errors::unexplained, 0, 0, {}, {}};
}

} // namespace

Error diagnose(BytesView bytes, const Shape& shape, Mode mode) {
    return explain(Diagnosis{bytes, mode}.document(shape));
}

Error diagnose(BytesView bytes, const Shape& shape, Mode mode, const Limits& limits) {
    return explain(Diagnosis{bytes, mode, limits}.document(shape));
}

Error diagnose_items(BytesView payload, std::size_t skip, const Shape& record, Mode mode) {
    return explain(Diagnosis{payload, mode}.record_from(skip, record));
}

Error diagnose_first(BytesView bytes, Mode mode) {
    return explain(Diagnosis{bytes, mode}.first_head());
}

} // namespace ethpoc::rlp::detail
