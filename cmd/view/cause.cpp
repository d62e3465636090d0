#include "cmd/view/cause.hpp"

#include <array>
#include <utility>

#include "rlp/error.hpp"
#include "wire/message.hpp"
#include "wire/reasons.hpp"

namespace ethpoc::cmd {

namespace {

namespace reason = wire::reason;
using peer::Difference;
using peer::EndedBy;

struct CauseRow {
    std::string_view why;
    std::string_view next;
};

constexpr std::array cause_rows{
#define ETHPOC_CAUSE(name, why, next) CauseRow{why, next},
#include "cmd/view/causes.def"
#undef ETHPOC_CAUSE
};

struct CauseWords {
    std::string_view ours{};
    std::string_view theirs{};
    std::string_view peer{};
};

std::string filled_in(std::string_view row, const CauseWords& words) {
    constexpr std::size_t longest = 64; // what a peer has said of itself
    std::string out(row);
    for (const auto& [name, value] :
         {std::pair{"{ours}", words.ours}, {"{theirs}", words.theirs}, {"{peer}", words.peer}}) {
        const std::string text = printable(value, longest);
        // What was filled in is not looked at again: it may hold such a name itself.
        for (std::size_t at = out.find(name); at != std::string::npos; at = out.find(name, at + text.size())) {
            out.replace(at, std::string_view(name).size(), text);
        }
    }
    return out;
}

Reproach reproach_with(Cause cause, const CauseWords& words) {
    const CauseRow& row = cause_rows[static_cast<std::size_t>(cause)];
    return {filled_in(row.why, words), filled_in(row.next, words)};
}

Cause cause_of(const peer::event::Differs& event) {
    switch (event.what) {
    case Difference::version:
        if (event.theirs.starts_with("version ")) { return Cause::unknown_version; }
        return event.theirs.starts_with("eth version ") ? Cause::other_eth_version : Cause::other_version;
    case Difference::network:
        return Cause::other_network;
    case Difference::genesis:
        return Cause::other_genesis;
    case Difference::no_common_block:
        return event.theirs.empty() ? Cause::no_common_genesis : Cause::no_common_block;
    case Difference::capability:
        return Cause::no_eth;
    }
    std::unreachable();
}

/// `said`: in a Disconnect of either side. Both families read a number the same way where it can mean one thing only.
Cause cause_of(wire::Reason said) {
    constexpr std::array rows{
        std::pair{reason::bad_protocol, Cause::not_understood},
        std::pair{reason::useless_peer, Cause::useless},
        std::pair{reason::too_many_peers, Cause::full},
        std::pair{reason::already_connected, Cause::known},
        std::pair{reason::client_quitting, Cause::quits},
        std::pair{reason::requested, Cause::quits},
        std::pair{reason::p2p::connected_to_itself, Cause::ourselves},
        std::pair{reason::p2p::ping_timeout, Cause::late_pong},
    };
    for (const auto& [number, cause] : rows) {
        if (number == said) { return cause; }
    }
    return Cause::shut;
}

Cause cause_of(const peer::event::Disconnected& event, bool greeted) {
    switch (event.by) {
    case EndedBy::timeout:
        return greeted ? Cause::fell_silent : Cause::silent_at_once;
    case EndedBy::error: // a close over bytes that it has not read looks like a broken connection
        return greeted ? Cause::broken : Cause::shut_at_once;
    case EndedBy::us:
        return event.reason_code == reason::bad_protocol ? Cause::unreadable
               : event.reason_code                       ? cause_of(*event.reason_code)
                                                         : Cause::shut;
    case EndedBy::them:
        break;
    }
    if (!event.reason_code) { return greeted ? Cause::shut : Cause::shut_at_once; }
    // 6 and 7 mean another thing in each family; the text was read by the right one.
    if (event.reason == wire::reason_text(wire::ReasonSet::flat, reason::flat::wrong_genesis)) {
        return Cause::refuses_genesis;
    }
    if (event.reason == wire::reason_text(wire::ReasonSet::flat, reason::flat::incompatible_protocols) ||
        event.reason == wire::reason_text(wire::ReasonSet::p2p, reason::p2p::incompatible_version)) {
        return Cause::refuses_version;
    }
    return cause_of(*event.reason_code);
}

} // namespace

Reproach reproach(Cause cause, std::string_view peer) {
    return reproach_with(cause, {.peer = peer});
}

Reproach reproach(const peer::event::Differs& event) {
    constexpr std::size_t short_hash = 8; // digits, as everywhere
    const bool hashes = event.what == Difference::genesis || event.what == Difference::no_common_block;
    const std::size_t most = hashes ? short_hash : std::string_view::npos;
    std::string_view ours = event.ours;
    if (ours.empty()) { ours = "others"; }
    return reproach_with(cause_of(event), {ours.substr(0, most), event.theirs.substr(0, most), event.peer.endpoint});
}

Reproach reproach(const peer::event::Delayed& event) {
    return reproach_with(Cause::paced, {.theirs = wire::name_of(event.type)});
}

Reproach reproach(const peer::event::Disconnected& event, bool greeted) {
    return reproach(cause_of(event, greeted), event.peer.endpoint);
}

} // namespace ethpoc::cmd
