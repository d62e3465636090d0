// Payload to Message. The id picks the row of messages.def; its layout says what to read. A message in which clients
// differ has a read() of its own.
#include <algorithm>
#include <array>
#include <utility>

#include "wire/codec.hpp"
#include "wire/frame.hpp"
#include "wire/hello.hpp"
#include "wire/item_counted.hpp"
#include "wire/limits.hpp"
#include "wire/member_io.hpp"
#include "wire/reader.hpp"

namespace ethpoc::wire {
namespace {

struct Context {
    const Profile& profile;
    BytesView payload; // from the first byte of the list
    BytesView list;    // the items of that list, the id first
    std::uint64_t id;
    OddEntries odd;
    /// Entries of this message that cannot be read are left to the code that takes them out.
    bool skips(MessageType type) const noexcept { return odd == OddEntries::skip && limits_of(type).skips; }
};

/// The list of a message that is nothing but a list. Go before May 2014 wrote nil, which is c0, for no blocks at all.
///
///   c1 13       no blocks        c2 13 c0    the same, from Go
rlp::Items rest_or_nil(Reader& read) {
    const auto next = read.peek();
    const bool nil = next && next->is_list && next->payload_size == 0 && read.is_last(*next);
    return nil ? rlp::Items{} : read.rest();
}

/// Hashes, each of which can be read, unless such are passed over.
void read_hashes(Reader& read, bool skips, std::size_t count, rlp::Items& out) {
    Reader look = read.copy();
    out = read.rest(count);
    if (skips) { return; }
    for (std::size_t i = 0; i < count && look.ok(); ++i) {
        Hash256 hash;
        look.hash("hash", hash);
    }
    if (!look.ok()) { read = std::move(look); }
}

/// The items of the list, for readers that go through them in an order of their own.
std::optional<rlp::Items> items_of(Reader& read, const Context& context) {
    const std::size_t count = read.index() + read.count_left();
    return read.ok() ? std::optional(rlp::Items{context.list, count}) : std::nullopt;
}

void read(Reader& in, const Context& context, Hello& out) {
    const auto items = items_of(in, context);
    if (!items) { return; }
    auto good = context.profile.family == Family::p2p ? read_p2p_hello(context.payload, *items, out)
                                                      : read_flat_hello(context.payload, *items, out);
    if (!good) { in.fail(std::move(good.error())); }
}

//   c2 01 07      with a reason       c2 01 00    Java's zero
//   c1 01         Go never has one    c1 01 07    C++ protocols 2 to 4: after the list
void read(Reader& in, const Context& context, Disconnect& out) {
    if (in.more()) { return read_members<layouts::disconnect>(in, out); }
    if (!context.profile.reason_outside) { return; }
    auto all = with_outside(context.payload, {context.list, in.index()}, 2);
    if (!all) { return in.fail(std::move(all.error())); }
    in = Reader::from(context.payload, *all, 1, "payload");
    if (in.more()) { read_members<layouts::disconnect>(in, out); }
}

void read(Reader& in, const Context& context, Peers& out) {
    std::size_t index = in.index();
    out.entries = rest_or_nil(in);
    if (context.skips(MessageType::Peers)) { return; }
    for (const rlp::Item& entry : out.entries) {
        auto good = decode_peer_entry(entry, context.profile.address);
        if (!good) {
            const auto offset = static_cast<std::size_t>(entry.begin - context.payload.data());
            return in.fail(std::move(good.error()).moved(offset, join_path("payload", index_path(index))));
        }
        ++index;
    }
}

/// py-v8 puts all transactions into one list more: [12, [tx, ..]]. A transaction itself begins with a number, so a
/// single item that begins with a list is that list.
void read(Reader& in, const Context& /*context*/, Transactions& out) {
    const auto next = in.peek();
    if (next && next->is_list && next->payload_size > 0 && next->payload().front() >= 0xc0 && in.is_last(*next)) {
        in.list("transactions", out.items);
    } else {
        out.items = rest_or_nil(in);
    }
}

//   e5 14 a0 <32 bytes> 82 0100     c4 14 82 0100  no hash: C++      c2 14 20  py-poc5      c1 14  nothing
void read(Reader& in, const Context& context, GetChain& out) {
    const std::size_t left = in.count_left();
    if (left == 0) { return; }
    read_hashes(in, context.skips(MessageType::GetChain), left - 1, out.hashes);
    read_member<Member::count>(in, out);
}

void read(Reader& in, const Context& context, GetBlockHashes& out) {
    const auto first = in.peek();
    if (limit_first(context.profile, first ? first->payload_size : 0)) {
        read_members<layouts::get_block_hashes_limit_first>(in, out);
    } else {
        read_members<layouts::get_block_hashes>(in, out);
    }
}

void read(Reader& in, const Context& /*context*/, NewBlock& out) {
    read_members<layouts::new_block_bare>(in, out);
    if (in.ok() && in.more()) { read_member<Member::total_difficulty>(in, out); }
}

void read(Reader& in, const Context& context, Unknown& out) {
    out = {context.id, in.rest()};
}

/// The members of its layout, one after the other. What follows them does not matter: Go 0.8.5 sends c2 02 c0.
template <const auto& Row, class T>
void read_plain(Reader& in, const Context& context, MessageType type, T& out) {
    std::size_t after = Row.size(); // members that are still to come
    for_each_member<Row>([&]<Member M>() {
        constexpr MemberKind kind = row_of(M).kind;
        --after;
        if constexpr (kind == MemberKind::hashes) {
            const std::size_t left = in.count_left();
            read_hashes(in, context.skips(type), left - std::min(left, after), member_of<M>(out));
        } else if constexpr (kind == MemberKind::rest) {
            member_of<M>(out) = rest_or_nil(in);
        } else {
            read_member<M>(in, out);
        }
    });
}

/// The frame has judged the size already.
constexpr rlp::Limits limit_of_items(std::size_t most_and_list) {
    return {.max_bytes = ~std::size_t{0}, .max_items = most_and_list};
}

Error no_list(BytesView payload, const rlp::Limits& limits) {
    Error error = rlp::list_items(payload, rlp::Mode::lenient, limits).error().moved(0, "payload");
    if (error.path == "payload" && error.code->word == rlp::errors::expected_list.word) {
        error.code = &errors::not_a_list;
    }
    return error;
}

Error no_id(BytesView payload, const rlp::Items& items) {
    if (items.empty()) { return {&errors::no_id, 0, payload.size(), "payload", {}}; }
    const rlp::Item item = *items.begin();
    const auto offset = static_cast<std::size_t>(item.begin - payload.data());
    return {&errors::bad_id, offset, item.whole().size(), "payload[0]",
            std::move(rlp::value<std::uint64_t>(item, rlp::Mode::lenient).error().detail)};
}

/// The error of a message that `read` could not read, or that has more items than it may: what is wrong with its list
/// comes first, wherever it stands.
[[gnu::cold, gnu::noinline]] std::unexpected<Error> why_not(Reader& read, BytesView payload, std::size_t most) {
    constexpr rlp::Limits any = limit_of_items(~std::size_t{0});
    rlp::Items items;
    if (!rlp::list_items_fast(payload, items, rlp::Mode::lenient, any)) {
        return std::unexpected(no_list(payload, any));
    }
    if (items.size() > most) { return std::unexpected(no_list(payload, limit_of_items(most + 1))); }
    return std::unexpected(read.take_error());
}

template <class T, const auto& Row>
Result<Message> read_as(Reader& in, const Context& context) {
    constexpr MessageType type = type_of(Message{std::in_place_type<T>});
    T message{};
    if constexpr (requires { read(in, context, message); }) {
        read(in, context, message);
    } else {
        read_plain<Row>(in, context, type, message);
    }
    // How many items a message may have is a column of its row.
    constexpr std::size_t most = limits_of(type).items;
    const std::size_t surplus = in.more() && in.ok() ? in.count_left() : 0;
    if (!in.ok() || in.index() + surplus > most) [[unlikely]] { return why_not(in, context.payload, most); }
    return message; // copied: made in its place, all of the Result would be set to zero first
}

using ReadAs = Result<Message> (*)(Reader&, const Context&);
constexpr std::array<ReadAs, message_type_count + 1> readers{
#define ETHPOC_MESSAGE(Type, name, layout, flat, base, eth, shh, when) &read_as<Type, layouts::layout>,
#include "wire/messages.def"
    &read_as<Unknown, layouts::none>};

/// A payload that is no list, or has no id.
[[gnu::cold, gnu::noinline]] std::unexpected<Error> no_message(BytesView payload) {
    if (payload.empty()) { return std::unexpected(Error{&errors::empty_payload, 0, 0, "payload", {}}); }
    constexpr rlp::Limits any = limit_of_items(~std::size_t{0});
    rlp::Items items;
    const bool list = rlp::list_items_fast(payload, items, rlp::Mode::lenient, any);
    return std::unexpected(list ? no_id(payload, items) : no_list(payload, any));
}

/// A message without members in its usual form, a list of its id; nothing for all others.
///
///   c1 02        Ping
std::optional<MessageType> bare_message(const Profile& profile, BytesView payload, const IdOffsets& offsets) noexcept {
    if (payload.size() != 2 || payload[0] != 0xc1 || payload[1] >= 0x80) { return std::nullopt; }
    return type_of_id(profile, payload[1], offsets);
}

Result<Message> decode_rlp(const Profile& profile, BytesView payload, const IdOffsets& offsets, OddEntries odd) {
    if (const auto bare = bare_message(profile, payload, offsets)) {
        switch (*bare) {
#define ETHPOC_MESSAGE(Type, name, layout, flat, base, eth, shh, when)                                                 \
    case MessageType::Type:                                                                                            \
        if constexpr (std::is_empty_v<Type>) { return Type{}; }                                                        \
        break;
#include "wire/messages.def"
        case MessageType::Unknown:
            break;
        }
    }
    rlp::Item whole;
    const std::uint8_t* const end = payload.data() + payload.size();
    if (!rlp::detail::read_item<false>(payload.data(), end, whole) || !whole.is_list) { return no_message(payload); }
    const BytesView list = whole.payload();
    Reader in{payload, list, 0, "payload"};
    std::uint64_t id = 0;
    in.number("id", id);
    if (!in.ok()) { return no_message(payload); }
    const MessageType type = type_of_id(profile, id, offsets);
    return readers[static_cast<std::size_t>(type)](in, {profile, payload, list, id, odd});
}

} // namespace

Result<Message> decode(const Profile& profile, BytesView payload, Bytes& scratch, const IdOffsets& offsets,
                       OddEntries odd) {
    if (profile.dialect == rlp::Dialect::modern) { return decode_rlp(profile, payload, offsets, odd); }
    if (payload.empty()) { return decode_rlp(profile, payload, offsets, odd); }
    auto translated = from_item_counted(payload, scratch);
    if (!translated) { return std::unexpected(std::move(translated.error())); }
    auto message = decode_rlp(profile, *translated, offsets, odd);
    if (!message) { return std::unexpected(place_in_item_counted(std::move(message.error()), payload)); }
    return message;
}

} // namespace ethpoc::wire
