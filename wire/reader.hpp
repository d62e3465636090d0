// Reader: takes the items of a message one after the other. Internal to wire/.
//
//   Reader read{payload, items, 1, "payload"};       // after the id
//   read.number("version", out.version);
//   read.hash("best hash", out.best_hash);
//   if (!read.ok()) { return std::unexpected(read.take_error()); }
//
// The first failure stays: what is read after it is left as it was. So a decoder is a list of its fields and looks at
// the error once.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "rlp/decode.hpp"
#include "wire/message.hpp"

namespace ethpoc::wire {

class Reader {
  public:
    /// `base`: where error offsets count from. `path`: of the list that `items` are in; views a literal.
    Reader(BytesView base, const rlp::Items& items, std::size_t skip, std::string_view path,
           rlp::Mode mode = rlp::Mode::lenient) noexcept :
        base_(base),
        items_(items), at_(items.begin()), path_(path), mode_(mode) {
        for (; index_ < skip && left() > 0; ++index_) {
            ++at_;
        }
    }

    std::size_t index() const noexcept { return index_; } // of the next item
    std::size_t left() const noexcept { return items_.size() - index_; }
    rlp::Item peek() const noexcept { return *at_; } // only when left() > 0
    /// The items from the next one on, without what went wrong here.
    Reader copy() const { return {base_, items_, index_, path_, mode_}; }

    /// A scalar that fits into M; lenient: leading zeros are tolerated.
    template <class M>
    void number(std::string_view name, M& out) {
        rlp::Item item;
        if (!take(name, item)) { return; }
        if (!rlp::value_fast(item, out, mode_)) [[unlikely]] {
            fail(name, item, std::move(rlp::value<M>(item, mode_).error()));
        }
    }
    /// A scalar of any length; what is larger than 2^256-1 reads as that.
    void saturated(std::string_view name, U256& out);
    void text(std::string_view name, std::string_view& out) { number(name, out); }
    /// A string of at most `limit` bytes; `too_long` is the code when it is longer.
    void bytes(std::string_view name, std::size_t limit, const ErrorCode& too_long, BytesView& out);
    void hash(std::string_view name, Hash256& out);
    /// A list, or a string: anything.
    void any(std::string_view name, rlp::Item& out) { take(name, out); }
    /// A list, its own items checked one level deep.
    void list(std::string_view name, rlp::Items& out);
    /// The next `count` items, as they stand.
    rlp::Items rest(std::size_t count);

    bool ok() const noexcept { return error_ == nullptr; }
    /// Lets the read fail; `error` counts from the first byte of `item`, which is the one read last.
    void fail(std::string_view name, const rlp::Item& item, Error error);
    /// Lets the read fail; offset and path of `error` stand as they are.
    void fail(Error error);
    /// Only when !ok().
    Error take_error() noexcept { return std::move(*error_); }

  private:
    bool take(std::string_view name, rlp::Item& out) {
        if (left() == 0 || !ok()) [[unlikely]] { return missing(name); }
        out = *at_;
        ++at_;
        ++index_;
        return true;
    }
    bool missing(std::string_view name); // always false

    BytesView base_;
    rlp::Items items_;
    rlp::Items::iterator at_;
    std::size_t index_ = 0;
    std::string_view path_;
    rlp::Mode mode_;
    std::unique_ptr<Error> error_{}; // of the usual message there is none, and it is moved about a lot
};

/// "[3]"

} // namespace ethpoc::wire
