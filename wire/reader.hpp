// Reader: takes the items of a message one after the other. Internal to wire/.
//
//   Reader read = Reader::from(payload, items, 1, "payload");       // after the id
//   read.number("version", out.version);
//   read.hash("best hash", out.best_hash);
//   if (!read.ok()) { return std::unexpected(read.take_error()); }
//
// The first failure stays: what is read after it is left as it was. So a decoder is a list of its fields and looks at
// the error once. Headers are checked as they are reached; whoever wants to know of the rest asks count_left().
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "rlp/decode.hpp"
#include "wire/message.hpp"

namespace ethpoc::wire {

/// A cursor over the items of one message. Views that it gives are of the payload.
class Reader {
  public:
    /// `items`: what is to be read, up to the end of the list; the first of them has this `index` in it. `base`: where
    /// error offsets count from. `path`: of the list; views a literal.
    Reader(BytesView base, BytesView items, std::size_t index, std::string_view path,
           rlp::Mode mode = rlp::Mode::lenient) noexcept :
        base_(base),
        at_(items.data()), end_(items.data() + items.size()), index_(index), path_(path), mode_(mode) {}
    /// The same for a list that was taken apart already, from its item number `skip` on.
    static Reader from(BytesView base, const rlp::Items& items, std::size_t skip, std::string_view path,
                       rlp::Mode mode = rlp::Mode::lenient) noexcept;

    std::size_t index() const noexcept { return index_; } // of the next item
    bool more() const noexcept { return at_ != end_; }
    /// All that was not read yet.
    BytesView left() const noexcept { return {at_, end_}; }
    /// The next item; nothing when there is none whose header can be read.
    std::optional<rlp::Item> peek() const noexcept {
        rlp::Item item;
        const bool good = mode_ == rlp::Mode::strict ? rlp::detail::read_item<true>(at_, end_, item)
                                                     : rlp::detail::read_item<false>(at_, end_, item);
        return good ? std::optional(item) : std::nullopt;
    }
    /// `next`, from peek(), is the last one.
    bool is_last(const rlp::Item& next) const noexcept { return next.whole().size() == left().size(); }
    /// How many items are left; their headers are looked at, and the read fails when one of them is wrong.
    std::size_t count_left();
    /// The rest of the list, without what went wrong here.
    Reader copy() const { return {base_, left(), index_, path_, mode_}; }

    /// A scalar that fits into M; lenient: leading zeros are tolerated.
    template <class M>
    void number(std::string_view name, M& out) {
        if (!more() || !ok()) [[unlikely]] { return missing(name); }
        rlp::detail::Cursor cursor{at_, base_.data(), end_};
        const bool good = mode_ == rlp::Mode::strict ? rlp::detail::read_member<true>(cursor, out)
                                                     : rlp::detail::read_member<false>(cursor, out);
        if (!good) [[unlikely]] { return refuse<M>(name); }
        at_ = cursor.p;
        ++index_;
    }
    /// A scalar of any length; what is larger than 2^256-1 reads as that.
    void saturated(std::string_view name, U256& out);
    void text(std::string_view name, std::string_view& out) { number(name, out); }
    /// A string of at most `limit` bytes; `too_long` is the code when it is longer.
    void bytes(std::string_view name, std::size_t limit, const ErrorCode& too_long, BytesView& out);
    /// A hash of at most 32 bytes, aligned to the right as C++ does.
    void hash(std::string_view name, Hash256& out);
    /// A list, or a string: anything.
    void any(std::string_view name, rlp::Item& out) { take(name, out); }
    /// A list, its own items checked one level deep.
    void list(std::string_view name, rlp::Items& out);
    /// The next `count` items, as they stand; none when there are fewer.
    rlp::Items rest(std::size_t count);
    /// All items that are left, as they stand.
    rlp::Items rest();

    bool ok() const noexcept { return error_ == nullptr; }
    /// Lets the read fail; `error` counts from the first byte of `item`, which is the one read last.
    void fail(std::string_view name, const rlp::Item& item, Error error);
    /// Lets the read fail; offset and path of `error` stand as they are.
    void fail(Error error);
    /// Only when !ok().
    Error take_error() noexcept { return std::move(*error_); }

  private:
    bool take(std::string_view name, rlp::Item& out);
    void missing(std::string_view name);
    /// The next item is no M.
    template <class M>
    void refuse(std::string_view name) {
        rlp::Item item;
        if (take(name, item)) { fail(name, item, std::move(rlp::value<M>(item, mode_).error())); }
    }

    BytesView base_;
    const std::uint8_t* at_;
    const std::uint8_t* end_;
    std::size_t index_;
    std::string_view path_;
    rlp::Mode mode_;
    std::unique_ptr<Error> error_{}; // of the usual message there is none, and it is moved about a lot
};

} // namespace ethpoc::wire
