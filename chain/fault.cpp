#include "chain/fault.hpp"

namespace ethpoc::chain {

namespace {

Error inside(const Candidate& c, const rlp::Item& item, const std::string& prefix, Error inner) {
    return std::move(inner).moved(static_cast<std::size_t>(item.begin - c.bytes.data()), prefix);
}

} // namespace

Error header_fault(const Candidate& c, const ErrorCode& code, std::string_view name, std::string detail) {
    const rlp::Item field = header_field(c.rules.header, c.block.header, name);
    const auto at = static_cast<std::size_t>(field.begin - c.bytes.data());
    return {&code, at, field.whole().size(), join_path("header", name), std::move(detail)};
}

Error entry_fault(const Candidate& c, const rlp::Item& entry, std::size_t index, Error inner) {
    return inside(c, entry, join_path("transactions", index_path(index)), std::move(inner));
}

Error uncle_fault(const Candidate& c, const rlp::Item& uncle, std::size_t index, Error inner) {
    return inside(c, uncle, join_path("uncles", index_path(index)), std::move(inner));
}

Error uncle_fault(const Candidate& c, const rlp::Item& uncle, std::size_t index, std::string detail) {
    return uncle_fault(c, uncle, index, Error{&errors::bad_uncle, 0, uncle.whole().size(), {}, std::move(detail)});
}

} // namespace ethpoc::chain
