#include "cmd/view/events.hpp"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>

#include "cmd/view/cause.hpp"
#include "cmd/view/chain_json.hpp"
#include "cmd/view/event_text.hpp"
#include "cmd/view/timestamp.hpp"
#include "peer/peer_file.hpp"
#include "show/describe.hpp"
#include "show/dissect.hpp"
#include "wire/frame.hpp"

namespace ethpoc::cmd {

using nlohmann::ordered_json;

namespace {

// What is printed of the text of a peer. No line is longer than 4 KiB, whatever was sent.
constexpr std::size_t most_client_id = 256;
constexpr std::size_t most_capabilities = 32;
constexpr std::size_t most_capability_name = 24;
constexpr std::size_t most_node_id = 64; // bytes; two digits each
constexpr std::size_t most_reason = 256;

// What the lines about one address, and about all, may take. A connection that says Hello and leaves is told in about
// 700 bytes: so 750 of them at once, and 370 a minute, are told in full. Reconnecting gives no new allowance.
constexpr Rate goings_of_address{512u << 10, 256u << 10};
constexpr Rate goings_of_all{8u << 20, 4u << 20};
// What is said in between (transactions, malformed input) has a purse of its own, so that it never hides who came and
// went; half of it for one peer, so that two must act together to silence a third one of the same address.
constexpr Rate talk_of_peer{128u << 10, 128u << 10};
constexpr Rate talk_of_address{256u << 10, 256u << 10};
constexpr Rate talk_of_all{4u << 20, 4u << 20};

/// Integers that JSON readers can hold; larger ones as decimal-free hex.
ordered_json json_number(const U256& value) {
    if (value.fits_u64()) { return value.saturated(); }
    std::string hex = "0x";
    for (std::size_t i = 4; i-- > 0;) {
        std::array<char, 17> limb{};
        std::snprintf(limb.data(), limb.size(), "%016llx", static_cast<unsigned long long>(value.limbs[i]));
        hex += limb.data();
    }
    return hex;
}

ordered_json json_caps(const wire::Greeting& greeting) {
    ordered_json caps = ordered_json::array();
    if (greeting.family == wire::Family::flat) {
        constexpr std::array<std::pair<std::uint64_t, std::string_view>, 3> bits{
            {{wire::capability::peers, "peers"},
             {wire::capability::transactions, "transactions"},
             {wire::capability::chain, "chain"}}};
        for (const auto& [bit, name] : bits) {
            if ((greeting.hello.capabilities & bit) != 0) { caps.push_back(name); }
        }
        return caps;
    }
    for (const rlp::Item& item : greeting.hello.capability_list) {
        if (caps.size() == most_capabilities) {
            caps.push_back("…");
            break;
        }
        if (!item.is_list) {
            caps.push_back(printable(as_text(item.payload()), most_capability_name));
            continue;
        }
        const auto pair = rlp::list_items(item.whole(), rlp::Mode::lenient);
        if (!pair || pair->size() < 2) { continue; }
        const auto version = rlp::value<std::uint64_t>((*pair)[1], rlp::Mode::lenient);
        caps.push_back({printable(as_text((*pair)[0].payload()), most_capability_name), version.value_or(0)});
    }
    return caps;
}

std::string_view name_of(peer::EndedBy by) {
    constexpr std::array<std::string_view, 4> names{"us", "them", "timeout", "error"};
    return names[static_cast<std::size_t>(by)];
}

} // namespace

EventPrinter::EventPrinter(Output& out, bool trace, unsigned warnings) :
    out_(out), trace_(trace), warnings_(warnings), goings_(goings_of_address, goings_of_all),
    talk_of_peers_(talk_of_peer, talk_of_all), talk_(talk_of_address, talk_of_all) {}

peer::EventMask EventPrinter::wants() const {
    constexpr auto of_trace = peer::mask_of<peer::event::Block>() | peer::mask_of<peer::event::Latency>();
    return ObserverOf::wants() & (trace_ ? ~peer::EventMask{} : ~of_trace);
}

std::size_t EventPrinter::line(std::string_view event, ordered_json fields, TalkLine text) {
    tell_left_out(left_out_.due(std::chrono::steady_clock::now()));
    return write(event, std::move(fields), std::move(text));
}

std::size_t EventPrinter::write(std::string_view event, ordered_json fields, TalkLine text) {
    if (out_.json()) {
        ordered_json object{{"event", event}, {"ts", timestamp_now()}};
        object.update(fields);
        return out_.line(object);
    }
    text.time = clock_time();
    return show_talk(out_, text);
}

void EventPrinter::tell_left_out(std::uint64_t count) {
    if (count == 0) { return; }
    write("dropped_events", {{"count", count}, {"why", "allowance"}},
          happened(Tone::yellow, "left out", plural(count, "line") + ": more than an address may cause in a minute"));
}

void EventPrinter::tick() {
    tell_left_out(left_out_.due(std::chrono::steady_clock::now()));
}

bool EventPrinter::leave_out() {
    left_out_.add();
    tell_left_out(left_out_.due(std::chrono::steady_clock::now()));
    return false;
}

bool EventPrinter::may_go(std::string_view endpoint) {
    return goings_.left(address_key(endpoint), std::chrono::steady_clock::now()) || leave_out();
}

void EventPrinter::gone(std::string_view endpoint, std::size_t bytes) {
    goings_.spend(address_key(endpoint), bytes, std::chrono::steady_clock::now());
}

bool EventPrinter::may_talk(std::string_view endpoint) {
    const auto now = std::chrono::steady_clock::now();
    return (talk_of_peers_.left(endpoint, now) && talk_.left(address_key(endpoint), now)) || leave_out();
}

void EventPrinter::talked(std::string_view endpoint, std::size_t bytes) {
    const auto now = std::chrono::steady_clock::now();
    talk_of_peers_.spend(endpoint, bytes, now);
    talk_.spend(address_key(endpoint), bytes, now);
}

void EventPrinter::on(const peer::event::Listening& event) {
    line("listening", {{"addr", event.address}}, happened(Tone::bold, "listening", std::string(event.address)));
}

void EventPrinter::on(const peer::event::Connecting& event) {
    if (!may_go(event.endpoint)) { return; }
    const auto bytes = line("connecting", {{"peer", event.endpoint}},
                            happened(Tone::plain, "connecting", std::string(event.endpoint)));
    gone(event.endpoint, bytes);
}

void EventPrinter::on(const peer::event::ConnectFailed& event) {
    if (!may_go(event.endpoint)) { return; }
    const auto bytes = line(
        "disconnected", {{"peer", event.endpoint}, {"by", "error"}, {"reason", printable(event.why, most_reason)}},
        happened(Tone::red, "not reached", std::string(event.endpoint) + ": " + printable(event.why, most_reason)));
    gone(event.endpoint, bytes);
}

void EventPrinter::on(const peer::event::Connected& event) {
    ++totals_.connections;
    if (!may_go(event.peer.endpoint)) { return; }
    const bool in = event.peer.direction == peer::Direction::inbound;
    const auto bytes = line(
        "connected", {{"peer", event.peer.endpoint}, {"direction", in ? "inbound" : "outbound"}},
        happened(event.peer, Tone::plain, "connected", std::string(event.peer.endpoint) + (in ? ", by them" : "")));
    gone(event.peer.endpoint, bytes);
}

void EventPrinter::on(const peer::event::Hello& event) {
    if (!may_go(event.peer.endpoint)) { return; }
    const wire::Hello& hello = event.greeting->hello;
    const bool flat = event.greeting->family == wire::Family::flat;
    ordered_json fields{{"peer", event.peer.endpoint},
                        {"client_id", printable(hello.client_id, most_client_id)},
                        {"family", flat ? "flat" : "p2p"},
                        {"version", hello.version}};
    if (!flat) { fields["eth_version"] = event.profile->eth_version; }
    fields["network_id"] = json_number(hello.network_id);
    fields["caps"] = json_caps(*event.greeting);
    fields["listen_port"] = hello.listen_port;
    fields["guessed"] = event.guessed;
    fields["node_id"] = hex0x(hello.node_id.first(std::min(hello.node_id.size(), most_node_id)));
    const auto bytes = line("hello", std::move(fields),
                            happened(event.peer, Tone::green, "hello",
                                     std::string(event.peer.endpoint) + " is \"" + printable(hello.client_id, 60) +
                                         "\", protocol " + std::string(event.profile->name)));
    gone(event.peer.endpoint, bytes);
}

void EventPrinter::on(const peer::event::Message& event) {
    const bool in = event.way == peer::Way::in;
    const std::size_t bytes = wire::frame_header_size + event.payload.size();
    ++(in ? totals_.messages_in : totals_.messages_out);
    (in ? totals_.bytes_in : totals_.bytes_out) += bytes;
    if (!trace_) { return; }
    const std::string_view name = wire::name_of(event.type);
    const auto id = event.profile != nullptr ? wire::id_of(*event.profile, event.type, event.offsets)
                                             : std::optional<std::uint16_t>{};
    ordered_json fields{{"peer", event.peer.endpoint}, {"dir", in ? "in" : "out"}, {"type", name}};
    fields["id"] = id ? ordered_json(*id) : ordered_json(nullptr);
    fields["bytes"] = bytes;
    TalkLine text{.who = std::to_string(event.peer.id),
                  .arrow = in ? TalkLine::Arrow::left : TalkLine::Arrow::right,
                  .name = std::string(name),
                  .bytes = bytes};
    if (!out_.json()) { text.details = show::describe(event.profile, event.payload, event.offsets); }
    line("message", std::move(fields), std::move(text));
}

void EventPrinter::on(const peer::event::Disconnected& event) {
    warned_.erase(event.peer.id);
    if (!may_go(event.peer.endpoint)) { return; }
    ordered_json fields{{"peer", event.peer.endpoint}, {"by", name_of(event.by)}};
    if (event.reason_code) { fields["reason_code"] = std::to_underlying(*event.reason_code); }
    fields["reason"] = printable(event.reason, most_reason);
    const auto bytes = line("disconnected", std::move(fields),
                            happened(event.peer, Tone::yellow, "disconnected",
                                     std::string(event.peer.endpoint) + " by " + std::string(name_of(event.by)) + ": " +
                                         printable(event.reason, most_reason)));
    gone(event.peer.endpoint, bytes);
}

void EventPrinter::on(const peer::event::Differs& event) {
    if (!may_go(event.peer.endpoint)) { return; }
    constexpr std::array<std::string_view, 5> words{"version", "network", "genesis", "no_common_block", "capability"};
    const Reproach what = reproach(event);
    const auto bytes = line(
        "differs",
        {{"peer", event.peer.endpoint},
         {"what", words[static_cast<std::size_t>(event.what)]},
         {"ours", event.ours},
         {"theirs", printable(event.theirs, most_reason)}},
        happened(event.peer, Tone::yellow, "differs", std::string(event.peer.endpoint).append(": ").append(what.why)));
    gone(event.peer.endpoint, bytes);
}

void EventPrinter::on(const peer::event::Banned& event) {
    if (!may_go(event.scope)) { return; }
    const std::string until = utc_time(static_cast<std::uint64_t>(event.until));
    const auto bytes =
        line("banned", {{"address", event.scope}, {"reason", event.reason}, {"until", event.until}},
             happened(Tone::yellow, "banned",
                      std::string(event.scope).append(" until ").append(until).append(": ").append(event.reason)));
    gone(event.scope, bytes);
}

bool EventPrinter::may_warn(const peer::PeerRef& peer) {
    const std::int64_t minute = std::time(nullptr) / 60;
    if (minute != warn_minute_) {
        warned_.clear();
        warn_minute_ = minute;
    }
    return ++warned_[peer.id] <= warnings_ || leave_out();
}

void EventPrinter::on(const peer::event::Malformed& event) {
    ++totals_.malformed;
    complain_of(event.peer, *event.error, false);
}

void EventPrinter::on(const peer::event::Tolerated& event) {
    complain_of(event.peer, *event.error, true);
}

void EventPrinter::complain_of(const peer::PeerRef& peer, const Error& error, bool tolerated) {
    if (!may_warn(peer) || !may_talk(peer.endpoint)) { return; }
    TalkLine text{.who = std::to_string(peer.id), .arrow = TalkLine::Arrow::left, .tolerated = tolerated};
    text.problem = std::string(show::verdict_word(tolerated)) + printable(error.message(), 256, "\\");
    const auto bytes = line("malformed",
                            {{"peer", peer.endpoint},
                             {"code", error.code->word},
                             {"offset", error.offset},
                             {"length", error.length},
                             {"path", printable(error.path, most_reason)},
                             {"detail", printable(error.detail, most_reason)},
                             {"tolerated", tolerated}},
                            std::move(text));
    talked(peer.endpoint, bytes);
}

void EventPrinter::on(const peer::event::Retry& event) {
    if (!may_go(event.peer.endpoint)) { return; }
    const auto bytes =
        line("retry", {{"peer", event.peer.endpoint}, {"protocol", event.protocol}, {"why", printable(event.why)}},
             happened(event.peer, Tone::yellow, "retry",
                      std::string(event.peer.endpoint) + " with protocol " + std::string(event.protocol) + ": " +
                          printable(event.why)));
    gone(event.peer.endpoint, bytes);
}

void EventPrinter::on(const peer::event::Block& event) {
    if (!trace_) { return; }
    const chain::BlockRecord& block = *event.record;
    line("block",
         {{"peer", event.peer.endpoint},
          {"number", block.number},
          {"hash", hex0x(block.hash)},
          {"parent", hex0x(block.parent)},
          {"difficulty", json_number(block.difficulty)},
          {"bytes", event.rlp.size()},
          {"arrived", timestamp_of(event.arrived)}},
         happened(event.peer, Tone::plain, "stored", "block " + text_of({block.number, block.hash})));
}

void EventPrinter::on(const peer::event::Latency& event) {
    if (!trace_) { return; }
    const double milliseconds = std::chrono::duration<double, std::milli>(event.round_trip).count();
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "Pong after %.1f ms", milliseconds);
    line("latency", {{"peer", event.peer.endpoint}, {"ms", milliseconds}},
         happened(event.peer, Tone::plain, "latency", text.data()));
}

void EventPrinter::on(const peer::event::Transaction& event) {
    ++totals_.transactions;
    if (!may_talk(event.peer.endpoint)) { return; }
    ordered_json fields{{"hash", hex0x(event.hash)}, {"peer", event.peer.endpoint}};
    if (event.sender) { fields["sender"] = hex0x(*event.sender); }
    const auto bytes =
        line("transaction", std::move(fields),
             happened(event.peer, Tone::plain, "transaction",
                      show::short_hash(event.hash) + (event.sender ? " of " + to_hex(*event.sender) : std::string())));
    talked(event.peer.endpoint, bytes);
}

void EventPrinter::on(const peer::event::PeerFileFailed& event) {
    if (event.error != nullptr) { return out_.complain(event.error->message()); }
    out_.complain(plural(event.damaged, "line") + " of " + std::string(peer::peer_file_name) +
                  " could not be read; the rest was taken");
}

void EventPrinter::on(const peer::event::Seeds& event) {
    const std::string of = "the seeds at " + printable(event.from, 256);
    if (!event.failed.empty()) {
        out_.complain(of + " could not be fetched: " + printable(event.failed, 512) + "; they are asked for again");
    } else if (event.passed_over > 0) {
        out_.complain(of + ": " + plural(event.passed_over, "line") + (event.passed_over == 1 ? " is" : " are") +
                      " not IP:PORT; the rest was taken");
    }
}

void EventPrinter::on(const peer::event::StoreFailed& event) {
    out_.complain(event.error->message());
}

void EventPrinter::stopped(const peer::HeadRef& otherwise, const ordered_json* extra) {
    tell_left_out(left_out_.rest());
    const peer::HeadRef head = head_.value_or(otherwise);
    ordered_json fields{{"head_number", head.number},           {"head_hash", hex0x(head.hash)},
                        {"connections", totals_.connections},   {"messages_in", totals_.messages_in},
                        {"messages_out", totals_.messages_out}, {"bytes_in", totals_.bytes_in},
                        {"bytes_out", totals_.bytes_out},       {"blocks_imported", totals_.blocks_imported},
                        {"transactions", totals_.transactions}, {"malformed", totals_.malformed}};
    if (extra != nullptr) { fields.update(*extra); }
    line("stopped", std::move(fields),
         happened(Tone::bold, "stopped",
                  "at " + text_of(head) + " after " + plural(totals_.connections, "connection") + ", " +
                      plural(totals_.messages_in, "message") + " in, " + std::to_string(totals_.messages_out) +
                      " out"));
}

} // namespace ethpoc::cmd
