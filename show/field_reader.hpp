// FieldReader: takes the items of a list of the tape one after the other. Internal to show/. As with wire::Reader, the
// first failure stays, and what is read after it is of no use.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "show/field.hpp"
#include "wire/frame.hpp"
#include "wire/layout.hpp"

namespace ethpoc::show {

/// Children of a list of the tape, as tape indices.
std::vector<std::uint32_t> children_of(const rlp::Tree& tree, std::uint32_t list);
/// The same for the nodes after the first at the top.
std::vector<std::uint32_t> rest_of(const rlp::Tree& tree);

/// The number without leading zeros; hex when it is above 2^53-1.
ShownField number_field(std::string_view name, BytesView digits);
/// Names the fields of a header, transaction or block, as far as the nodes are lists.
void name_block(const rlp::Tree& tree, const wire::Profile& profile, std::uint32_t block, NodeNames& names);
/// The fields of a transaction, by the form that the version has.
void name_transaction(const rlp::Tree& tree, const wire::Profile& profile, std::uint32_t node, NodeNames& names);

/// A cursor over the items of one list of a tape; names the nodes that it passes.
class FieldReader {
  public:
    /// `list`: the node whose items they are, `items`: theirs, of which the first `skip` are not read. The first
    /// failure goes to `error`. All references outlive the reader.
    FieldReader(const rlp::Tree& tree, std::uint32_t list, std::vector<std::uint32_t> items, std::size_t skip,
                NodeNames& names, std::optional<Error>& error) :
        tree_(tree),
        list_(list), items_(std::move(items)), at_(skip), names_(names), error_(error) {}

    std::size_t left() const noexcept { return at_ < items_.size() ? items_.size() - at_ : 0; }
    std::size_t size() const noexcept { return items_.size(); }
    std::size_t index() const noexcept { return at_; }
    bool ok() const noexcept { return !error_.has_value(); }
    /// Nothing for a list and for what is not there.
    std::optional<BytesView> string_at(std::size_t index) const;
    const rlp::Node& peek() const noexcept { return tree_.nodes[items_[at_]]; }
    std::uint32_t last() const noexcept { return items_[at_ - 1]; }
    /// The first `count` nodes of `more` follow the items that are there.
    void append(const std::vector<std::uint32_t>& more, std::size_t count);
    /// Gives a node that was read another name.
    void rename(std::uint32_t node, std::string_view name) { names_[node] = {name, NodeName::no_number}; }

    /// The next item whatever it is; nothing after a failure.
    std::optional<std::uint32_t> take(std::string_view name);
    /// The bytes of the next item, which should be a string; empty after a failure.
    BytesView payload(std::string_view name);
    /// A scalar of at most `width` bytes, leading zeros apart.
    ShownField number(std::string_view name, std::size_t width = std::numeric_limits<std::size_t>::max());
    /// A string of at most `limit` bytes as hex; `too_long` is the code when it is longer.
    ShownField hex(std::string_view name, std::size_t limit, const ErrorCode& too_long);
    /// A string of at most 32 bytes, shown as a hash.
    ShownField hash(std::string_view name);
    /// A string for people; as hex when it is no clean text.
    ShownField text(std::string_view name);
    /// A member by its row of layouts.def; not of the kinds that have a reader of their own.
    ShownField member(wire::Member which);
    /// The rest, named "name 0", "name 1"; Go's nil, one empty list, is nothing.
    std::vector<std::uint32_t> rest(std::string_view name);

    /// The node is wrong: keeps the error unless there is one already.
    void fail(std::uint32_t node, const ErrorCode& code, std::string detail);
    /// An item is missing at the end of the list.
    void fail_missing(std::string detail);
    FieldReader inside(std::uint32_t list) { return {tree_, list, children_of(tree_, list), 0, names_, error_}; }

  private:
    ShownField place(ShownField field) const;

    const rlp::Tree& tree_;
    std::uint32_t list_;
    std::vector<std::uint32_t> items_;
    std::size_t at_;
    NodeNames& names_;
    std::optional<Error>& error_;
};

} // namespace ethpoc::show
