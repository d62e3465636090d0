// Hello and Status of a FakeTarget: what it says of itself, and whom it takes.
#include <algorithm>
#include <array>
#include <functional>

#include "rlp/encode.hpp"
#include "rlp/legacy.hpp"
#include "tests/conform/fake_items.hpp"
#include "tests/conform/fake_target.hpp"
#include "wire/frame.hpp"
#include "wire/layout.hpp"

namespace ethpoc::test {
namespace {

using namespace std::chrono_literals;
using enum wire::MessageType;

constexpr std::size_t caps_place = 4; // of a flat Hello, the id included

Bytes framed(BytesView payload) {
    const auto header = wire::frame_header(payload.size());
    Bytes out(header.begin(), header.end());
    out.insert(out.end(), payload.begin(), payload.end());
    return out;
}

/// `frame` with other items. In today's RLP only.
Bytes edited(const Bytes& frame, const std::function<void(std::vector<Bytes>&)>& edit) {
    std::vector<Bytes> items = items_of(BytesView(frame).subspan(wire::frame_header_size));
    edit(items);
    rlp::BackwardWriter out;
    for (auto at = items.rbegin(); at != items.rend(); ++at) {
        out.put_raw(*at);
    }
    out.close_list(0);
    return framed(out.view());
}

void zeros_as_bytes(std::vector<Bytes>& items) {
    for (Bytes& item : items) {
        if (item == Bytes{0x80}) { item = Bytes{0x00}; }
    }
}

/// Capabilities that nobody should list so.
Bytes odd_capabilities(const wire::Profile& profile) {
    if (profile.capabilities == wire::CapabilityForm::names) {
        return rlp::encode_list(std::string_view("eth"), std::string_view("abc"), std::string_view("eth"));
    }
    const Bytes eth = rlp::encode_list(std::string_view("eth"), profile.eth_version);
    const Bytes abc = rlp::encode_list(std::string_view("abc"), 1U);
    return rlp::encode_list(rlp::Raw{eth}, rlp::Raw{abc}, rlp::Raw{eth});
}

bool has_control_bytes(std::string_view text) noexcept {
    return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

/// The number that an item is, cut to so many bytes.
std::uint64_t low_bytes(const Bytes& item, std::size_t count) {
    const auto read = rlp::first_item(item, rlp::Mode::lenient);
    if (!read) { return 0; }
    std::uint64_t out = 0;
    const BytesView bytes = read->payload();
    for (const std::uint8_t byte : bytes.last(std::min(count, bytes.size()))) {
        out = out << 8 | byte;
    }
    return out;
}

} // namespace

// ---------------------------------------------------------------- what it says

Bytes FakeTarget::our_hello() const {
    wire::HelloOut hello;
    hello.network_id = house_.network_id();
    hello.client_id = "FakeTarget/v1.0";
    hello.listen_port = FakeHouse::port;
    hello.node_id = house_.node_id();
    hello.total_difficulty = chain().total_difficulty;
    hello.best_hash = chain().hashes.back();
    hello.genesis_hash = chain().hashes.front();
    if (is(Bug::head_not_served)) { hello.best_hash.bytes.fill(0xee); }
    Bytes frame = wire::compose_hello(profile(), hello);
    if (profile().dialect != rlp::Dialect::modern) { return frame; }
    const bool p2p = profile().family == wire::Family::p2p;
    return edited(frame, [&](std::vector<Bytes>& items) {
        if (is(Bug::hello_is_short)) { items.pop_back(); }
        if (is(Bug::hello_port_first)) { std::swap(items[caps_place], items[caps_place + 1]); }
        if (is(Bug::hello_without_id) && items.size() > 6 - (p2p ? 1 : 0)) { items[p2p ? 5 : 6] = Bytes{0x80}; }
        if (is(Bug::caps_unsorted) && p2p) { items[p2p_caps_place] = odd_capabilities(profile()); }
        if (is(Bug::zero_is_byte)) { zeros_as_bytes(items); }
    });
}

void FakeTarget::say_hello() {
    say(our_hello());
    said_hello_ = true;
    if (is(Bug::never_pings)) { return; }
    say(wire::compose_plain(profile(), Ping));
    pinged_ = now_;
    ping_unanswered_ = now_;
}

Bytes FakeTarget::our_status() const {
    wire::Status status;
    status.version = profile().eth_version + (is(Bug::status_wrong_version) ? 1 : 0);
    status.network_id = house_.network_id();
    status.total_difficulty = chain().total_difficulty;
    status.best_hash = chain().hashes.back();
    status.genesis_hash = chain().hashes.front();
    if (is(Bug::head_not_served)) { status.best_hash.bytes.fill(0xee); }
    return edited(wire::compose_status(profile(), status, offsets_), [&](std::vector<Bytes>& items) {
        if (is(Bug::status_short)) { items.pop_back(); }
        if (is(Bug::zero_is_byte)) { zeros_as_bytes(items); }
    });
}

// ---------------------------------------------------------------- what it takes

/// A Hello that cannot be read, or of another version; `items` of it. True: it was dealt with.
bool FakeTarget::refuses_form(BytesView payload) {
    Bytes todays(payload.begin(), payload.end());
    if (profile().dialect != rlp::Dialect::modern) {
        auto translated = rlp::legacy::to_modern(payload, rlp::Mode::lenient);
        if (translated) { todays = *std::move(translated); }
    }
    const std::vector<Bytes> items = items_of(todays);
    if (is(Bug::deaf_after_long_text) && payload.size() > 10'000) {
        deafen();
        return true;
    }
    const std::size_t bytes = is(Bug::version_is_one_byte) ? 1 : 8;
    const bool readable = items.size() > 1 && size_of(items, 1) <= 4 && items[1][0] < 0xc0;
    if (readable && !is(Bug::any_version) && low_bytes(items[1], bytes) != profile().version) {
        say_good_bye(wire::reason::incompatible(profile().family));
        return true;
    }
    const bool p2p = profile().family == wire::Family::p2p;
    const std::size_t id_place = p2p ? 5 : 6;
    const bool odd_id =
        id_place < items.size() ? size_of(items, id_place) != NodeId::width : profile().version >= 2 || p2p;
    if (is(Bug::deaf_after_odd_id) && odd_id) {
        deafen();
        return true;
    }
    const std::size_t port_place = p2p ? 4 : 5;
    if (is(Bug::deaf_after_odd_port) && port_place < items.size() && size_of(items, port_place) > 0 &&
        rlp::first_item(items[port_place], rlp::Mode::lenient)->payload()[0] == 0) {
        deafen();
        return true;
    }
    return false;
}

/// A Hello that cannot be read, and is taken all the same.
bool FakeTarget::takes_anyway(BytesView payload) {
    const std::vector<Bytes> items = items_of(payload);
    const bool p2p = profile().family == wire::Family::p2p;
    const std::size_t id_place = p2p ? 5 : 6;
    const bool long_id = size_of(items, id_place) > NodeId::width;
    const bool half = items.size() < 1 + wire::hello_layout(profile().hello).size();
    if (!(is(Bug::cuts_id) && long_id) && !(is(Bug::half_hello_counts) && half)) { return false; }
    wire::Greeting greeting;
    greeting.family = profile().family;
    greeting.shared = true;
    greeting.hello.capabilities = wire::capability::full;
    node_id_ = items.back();
    welcome(greeting);
    return true;
}

void FakeTarget::on_hello(BytesView payload) {
    if (greeted_) {
        if (is(Bug::hello_answers_hello)) { return say(our_hello()); }
        if (is(Bug::deaf_after_second_hello)) { return deafen(); }
        return say_good_bye(wire::reason::already_connected);
    }
    const std::vector<Bytes> items = items_of(payload);
    if (is(Bug::hello_id_byte_80) && !items.empty() && items[0] == Bytes{0x00}) { return deafen(); }
    if (refuses_form(payload)) { return; }
    Bytes scratch;
    const std::array<const wire::Profile*, 1> offered{&profile()};
    const auto greeting = wire::decode_greeting(payload, scratch, offered);
    if (!greeting) { return malformed(true); }
    if (greeting->family != profile().family) { return malformed(true); }
    if (!takes_form(*greeting, payload) || !takes_peer(*greeting)) { return; }
    set_offsets(*greeting);
    welcome(*greeting);
}

/// What only some clients mind.
bool FakeTarget::takes_form(const wire::Greeting& greeting, BytesView payload) {
    const wire::Hello& hello = greeting.hello;
    const std::vector<Bytes> items = items_of(payload);
    const std::size_t caps = hello.capability_list.size();
    const bool p2p = profile().family == wire::Family::p2p;
    const bool flat_caps_odd = !p2p && items.size() > caps_place + 1 && !greeting.swapped_port;
    const bool long_name = payload.size() > 1000 && p2p;
    if (is(Bug::swapped_head_deaf) && greeting.swapped_head) {
        deafen();
        return false;
    }
    if (is(Bug::deaf_after_odd_capabilities) && p2p && !capabilities_fit(items)) {
        deafen();
        return false;
    }
    if (is(Bug::dies_of_long_capabilities) && (caps > 100 || long_name)) {
        house_.die();
        return false;
    }
    constexpr std::size_t head_place = 8;
    const std::size_t head = size_of(items, head_place);
    if (is(Bug::short_head_deaf) && !p2p && head > 8 && head < Hash256::width && !greeting.swapped_head) {
        deafen();
        return false;
    }
    const std::size_t own_items = 1 + wire::hello_layout(profile().hello).size();
    if (is(Bug::deaf_after_more_items) && items.size() > own_items) {
        deafen();
        return false;
    }
    const std::size_t td = size_of(items, 7);
    const bool td_zero = items.size() > 7 && !greeting.swapped_head && hello.total_difficulty == U256{};
    const bool closes =
        (is(Bug::wants_more_items) && items.size() == own_items) ||
        (is(Bug::client_id_is_short) && hello.client_id.size() > 50) ||
        (is(Bug::wants_client_id) && hello.client_id.empty()) ||
        (is(Bug::client_id_is_text) && has_control_bytes(hello.client_id)) ||
        (is(Bug::wants_all_caps) && flat_caps_odd && hello.capabilities != wire::capability::full) ||
        (is(Bug::caps_are_one_byte) && !p2p && size_of(items, caps_place) > 1) ||
        (is(Bug::wants_port) && hello.listen_port == 0) || (is(Bug::port_first_is_wrong) && greeting.swapped_port) ||
        (is(Bug::wants_capabilities) && p2p && caps == 0) ||
        (is(Bug::capability_version_byte) && p2p && has_wide_version(items)) ||
        (is(Bug::difficulty_is_64_bits) && !p2p && td > 8) || (is(Bug::wants_difficulty) && !p2p && td_zero) ||
        (is(Bug::zero_is_80) && !p2p && items.size() > 7 && items[7] == Bytes{0x00});
    if (closes) { close_now(); }
    return !closes;
}

bool FakeTarget::takes_peer(const wire::Greeting& greeting) {
    const wire::Hello& hello = greeting.hello;
    const bool flat = profile().family == wire::Family::flat;
    const U256 network =
        is(Bug::network_is_32_bits) && hello.network_id != U256{} && hello.network_id > U256{0xffff'ffffU}
            ? U256{}
            : hello.network_id;
    if (flat && !is(Bug::any_network) && network != house_.network_id()) {
        say_good_bye(wire::reason::flat::incompatible_protocols);
        return false;
    }
    const bool genesis_said = profile().hello == wire::HelloForm::with_genesis;
    if (genesis_said && !is(Bug::any_genesis) &&
        !std::ranges::equal(hello.genesis_hash, chain().hashes.front().bytes)) {
        say_good_bye(wire::reason::flat::wrong_genesis);
        return false;
    }
    if (!takes_id(hello.node_id)) { return false; }
    if (house_.peers() >= FakeHouse::most_peers && !is(Bug::takes_any_number) && !is(Bug::dies_of_many_peers)) {
        say_good_bye(wire::reason::too_many_peers);
        return false;
    }
    return true;
}

bool FakeTarget::takes_id(BytesView id) {
    node_id_.assign(id.begin(), id.end());
    if (id.empty()) { return true; }
    const bool zero = std::ranges::all_of(id, [](std::uint8_t byte) { return byte == 0; });
    if (zero && !is(Bug::takes_zero_id)) {
        say_good_bye(wire::reason::no_identity(profile().family));
        return false;
    }
    if (std::ranges::equal(id, house_.node_id().bytes) && !is(Bug::takes_itself)) {
        say_good_bye(wire::reason::ourselves(profile().family));
        return false;
    }
    FakeTarget* const there = house_.find_peer(id);
    if (there != nullptr && is(Bug::same_id_ends_first)) {
        there->say_good_bye(wire::reason::already_connected);
        house_.flush(*there);
    } else if ((there != nullptr && !is(Bug::same_id_twice)) || (is(Bug::keeps_id) && house_.knows_id(id))) {
        say_good_bye(wire::reason::already_connected);
        return false;
    }
    return true;
}

void FakeTarget::welcome(const wire::Greeting& greeting) {
    greeted_ = true;
    greeted_at_ = now_;
    heard_ = now_;
    listen_port_ = greeting.hello.listen_port;
    if (!said_hello_ && !(is(Bug::silent_as_dialer) && dialer_)) { say_hello(); }
    if (is(Bug::hello_twice)) { say(our_hello()); }
    house_.greeted(*this, now_);
    const bool p2p = profile().family == wire::Family::p2p;
    if (is(Bug::deaf_when_nothing_shared) && p2p && !greeting.shared) { return deafen(); }
    if (p2p) {
        if (!has_eth() || is(Bug::no_status)) { return; }
        say(our_status());
        if (is(Bug::status_twice)) { say(our_status()); }
    } else if (profile().sync == wire::SyncStyle::chain) {
        ask_chain(greeting.hello.capabilities);
    } else {
        ask_head(greeting.hello.total_difficulty, Hash256::right_aligned(greeting.hello.best_hash));
    }
}

/// The flat family up to protocol 26.
void FakeTarget::ask_chain(std::uint64_t capabilities) {
    if (is(Bug::never_asks)) { return; }
    const bool asks_anyway = is(Bug::asks_without_chain);
    if (asks_anyway || (capabilities & wire::capability::chain) != 0) {
        std::vector<Hash256> newest_first(chain().hashes.rbegin(), chain().hashes.rend());
        if (is(Bug::odd_question)) { newest_first.clear(); }
        awaits_blocks_ = true;
        say(wire::compose_get_chain(profile(), newest_first, 256));
    }
    if (asks_anyway || (capabilities & wire::capability::transactions) != 0) {
        say(wire::compose_plain(profile(), GetTransactions, offsets_));
    }
}

/// The other side promises a head.
void FakeTarget::ask_head(const U256& total_difficulty, const Hash256& head) {
    if (is(Bug::never_asks_head) || is(Bug::never_asks)) { return; }
    const bool more = total_difficulty > chain().total_difficulty;
    if ((!more && !is(Bug::always_asks_head)) || head.is_zero()) { return; }
    say(wire::compose_get_block_hashes(profile(), head, 256, offsets_));
}

void FakeTarget::on(const wire::Status& status, BytesView payload) {
    if (is(Bug::status_with_hello) && greeted_at_ == now_) { return close_now(); }
    if (heard_status_) {
        if (is(Bug::dies_of_second_status)) { house_.die(); }
        return;
    }
    const std::vector<Bytes> items = items_of(payload);
    constexpr std::size_t best_place = 4;
    constexpr std::size_t genesis_place = 5;
    const bool good = size_of(items, best_place) == Hash256::width && size_of(items, genesis_place) == Hash256::width &&
                      status.version == profile().eth_version && status.network_id == house_.network_id() &&
                      status.genesis_hash == chain().hashes.front();
    const bool td_wrong = (is(Bug::difficulty_is_64_bits) && size_of(items, 3) > 8) ||
                          (is(Bug::wants_difficulty) && status.total_difficulty == U256{}) ||
                          (is(Bug::zero_is_80) && items[3] == Bytes{0x00}) ||
                          (is(Bug::status_wants_five) && items.size() > 6);
    if (td_wrong) { return close_now(); }
    if (is(Bug::dies_of_odd_hash) && size_of(items, best_place) != Hash256::width) { return house_.die(); }
    if (!good && is(Bug::deaf_after_status)) { return deafen(); }
    if (!good && !is(Bug::any_status)) { return say_good_bye(wire::reason::p2p::sub_protocol_error); }
    heard_status_ = true;
    ask_head(status.total_difficulty, status.best_hash);
}

} // namespace ethpoc::test
