#include "wire/reader.hpp"

#include "wire/codec.hpp"
#include "wire/frame.hpp"

namespace ethpoc::wire {

bool Reader::missing(std::string_view name) {
    if (!ok()) { return false; }
    const BytesView all = items_.payload();
    const auto end = static_cast<std::size_t>(all.data() + all.size() - base_.data());
    fail({&errors::missing_item, end, 0, std::string(path_),
          std::string(name) + ": the list ends after " + std::to_string(items_.size()) + " items"});
    return false;
}

void Reader::fail(Error error) {
    if (ok()) { error_ = std::make_unique<Error>(std::move(error)); }
}

void Reader::fail(std::string_view name, const rlp::Item& item, Error error) {
    const auto offset = static_cast<std::size_t>(item.begin - base_.data());
    Error here = std::move(error).moved(offset, join_path(path_, index_path(index_ - 1)));
    here.detail.insert(0, here.detail.empty() ? std::string(name) : std::string(name) + ": ");
    fail(std::move(here));
}

void Reader::saturated(std::string_view name, U256& out) {
    if (!ok() || left() == 0 || peek().is_list) { return number(name, out); }
    BytesView digits = peek().payload();
    while (!digits.empty() && digits.front() == 0) {
        digits = digits.subspan(1);
    }
    if (digits.size() <= Hash256::width) { return number(name, out); }
    rlp::Item item;
    take(name, item);
    out.limbs.fill(~std::uint64_t{0});
}

void Reader::bytes(std::string_view name, std::size_t limit, const ErrorCode& too_long, BytesView& out) {
    rlp::Item item;
    if (!take(name, item)) { return; }
    if (item.is_list) { return fail(name, item, {&rlp::errors::expected_string, 0, item.whole().size(), {}, {}}); }
    if (item.payload_size > limit) {
        return fail(name, item, {&too_long, 0, item.whole().size(), {}, plural(item.payload_size, "byte")});
    }
    out = item.payload();
}

void Reader::hash(std::string_view name, Hash256& out) {
    rlp::Item item;
    if (!take(name, item)) { return; }
    if (auto value = decode_hash(item)) {
        out = *value;
    } else {
        fail(name, item, std::move(value.error()));
    }
}

void Reader::list(std::string_view name, rlp::Items& out) {
    rlp::Item item;
    if (!take(name, item)) { return; }
    if (rlp::list_items_fast(item.whole(), out, mode_)) [[likely]] { return; }
    fail(name, item, std::move(rlp::list_items(item.whole(), mode_).error()));
}

rlp::Items Reader::rest(std::size_t count) {
    if (!ok() || count == 0 || left() < count) { return {}; }
    const std::uint8_t* const begin = at_->begin;
    const std::uint8_t* end = begin;
    for (std::size_t i = 0; i < count; ++i) {
        end = at_->begin + at_->whole().size();
        ++at_;
        ++index_;
    }
    return {{begin, end}, count};
}

} // namespace ethpoc::wire
