#include "wire/reader.hpp"

#include "wire/codec.hpp"
#include "wire/frame.hpp"

namespace ethpoc::wire {

Reader Reader::from(BytesView base, const rlp::Items& items, std::size_t skip, std::string_view path,
                    rlp::Mode mode) noexcept {
    Reader out{base, items.payload(), 0, path, mode};
    for (; out.index_ < skip && out.more(); ++out.index_) {
        out.at_ += rlp::detail::item_at(out.at_).whole().size();
    }
    return out;
}

bool Reader::take(std::string_view name, rlp::Item& out) {
    if (!more() || !ok()) {
        missing(name);
        return false;
    }
    const auto item = peek();
    if (!item) {
        const auto offset = static_cast<std::size_t>(at_ - base_.data());
        fail(std::move(rlp::first_item(left(), mode_).error()).moved(offset, join_path(path_, index_path(index_))));
        return false;
    }
    out = *item;
    at_ += out.header_size + out.payload_size;
    ++index_;
    return true;
}

void Reader::missing(std::string_view name) {
    if (!ok()) { return; }
    const auto end = static_cast<std::size_t>(end_ - base_.data());
    fail({&errors::missing_item, end, 0, std::string(path_),
          std::string(name) + ": the list ends after " + std::to_string(index_) + " items"});
}

std::size_t Reader::count_left() {
    std::size_t count = 0;
    const bool good = mode_ == rlp::Mode::strict ? rlp::detail::count_items<true>(left(), count)
                                                 : rlp::detail::count_items<false>(left(), count);
    if (good) [[likely]] { return count; }
    rlp::Item item;
    while (take({}, item)) {}
    return 0;
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
    const auto next = peek();
    if (!ok() || !next || next->is_list) { return number(name, out); }
    BytesView digits = next->payload();
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
    rlp::detail::Cursor cursor{at_, base_.data(), end_};
    if (ok() && rlp::detail::read_member<false>(cursor, out)) [[likely]] {
        at_ = cursor.p;
        ++index_;
        return;
    }
    rlp::Item item;
    if (take(name, item)) { fail(name, item, std::move(decode_hash(item).error())); }
}

void Reader::list(std::string_view name, rlp::Items& out) {
    rlp::Item item;
    if (!take(name, item)) { return; }
    if (rlp::list_items_fast(item.whole(), out, mode_)) [[likely]] { return; }
    fail(name, item, std::move(rlp::list_items(item.whole(), mode_).error()));
}

rlp::Items Reader::rest(std::size_t count) {
    const std::uint8_t* const begin = at_;
    rlp::Item item;
    for (std::size_t i = 0; i < count; ++i) {
        if (!more() || !take({}, item)) { return {}; }
    }
    return {{begin, at_}, count};
}

rlp::Items Reader::rest() {
    const BytesView all = left();
    const auto next = peek();
    const std::size_t count = next && is_last(*next) ? 1 : count_left();
    if (!ok()) { return {}; }
    at_ = end_;
    index_ += count;
    return {all, count};
}

} // namespace ethpoc::wire
