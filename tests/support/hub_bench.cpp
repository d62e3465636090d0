#include "tests/support/hub_bench.hpp"

#include <algorithm>

#include "wire/codec.hpp"
#include "wire/frame.hpp"

namespace ethpoc::test {

using namespace chain;
using namespace sync;

namespace {

constexpr std::size_t queue_bytes = 64u << 20;

std::size_t items_in(BytesView payload) {
    const auto items = rlp::list_items(payload, rlp::Mode::lenient);
    return items ? items->size() - 1 : 0;
}

command::Blocks blocks_command(const std::vector<BytesView>& blocks) {
    command::Blocks out;
    out.count = blocks.size();
    for (const BytesView block : blocks) {
        out.items.insert(out.items.end(), block.begin(), block.end());
    }
    return out;
}

std::string text(std::string_view what, std::uint64_t number) {
    return std::string(what) + " " + std::to_string(number);
}

} // namespace

HubBench::HubBench(unsigned version, const HubOptions& options, const std::string& directory, const Premine* premine) :
    mini(rules_for(version), 4, premine), out(queue_bytes, [] {}), store(std::move(*Store::open(directory))) {
    hub = std::make_unique<ChainHub>(std::move(*Blockchain::open(store, mini.genesis(), mini.rules())), out, board,
                                     options);
    has_premine_ = premine != nullptr;
}

void HubBench::up(wire::ConnectionId id, std::string_view protocol, PeerTraits traits) {
    traits.profile = wire::find_profile(protocol);
    hub->peer_up(id, std::move(traits), now);
}

void HubBench::give(wire::ConnectionId from, CommandBody body) {
    Command command{from, std::move(body)};
    slices = lookups = 0;
    for (bool more = true; more; ++slices) {
        store.lookups = 0;
        more = hub->handle(command, now, 0) == Progress::more;
        lookups = std::max(lookups, store.lookups);
    }
}

void HubBench::wait(std::chrono::seconds time) {
    now += time;
    hub->tick(now);
}

void HubBench::own(const std::vector<MinedBlock>& oldest_first) {
    hub->chain().import(views(oldest_first), 0);
    hub->post_head();
}

void HubBench::newest_first(wire::ConnectionId from, const std::vector<MinedBlock>& oldest_first) {
    std::vector<BytesView> blocks = views(oldest_first);
    std::ranges::reverse(blocks);
    give(from, blocks_command(blocks));
}

void HubBench::oldest_first(wire::ConnectionId from, const std::vector<MinedBlock>& blocks) {
    give(from, blocks_command(views(blocks)));
}

void HubBench::transactions(wire::ConnectionId from, const std::vector<Bytes>& items) {
    command::Transactions message;
    message.count = items.size();
    for (const Bytes& item : items) {
        message.items.insert(message.items.end(), item.begin(), item.end());
    }
    give(from, std::move(message));
}

std::string HubBench::describe_frame(wire::ConnectionId to, wire::MessageType type, const Bytes& frame) {
    const BytesView payload = BytesView(frame).subspan(wire::frame_header_size);
    sent_.emplace_back(type, Bytes(payload.begin(), payload.end()));
    return text(std::to_string(to) + " " + std::string(wire::name_of(type)), items_in(payload));
}

std::string HubBench::describe(const Action& action) {
    if (const auto* send = std::get_if<action::Send>(&action)) {
        return describe_frame(send->to, send->type, *send->frame);
    }
    if (const auto* imported = std::get_if<action::Imported>(&action)) {
        return text(text("imported", imported->blocks), imported->head.number);
    }
    if (const auto* rejected = std::get_if<action::Rejected>(&action)) {
        return "rejected " + std::string(rejected->error.code->word);
    }
    if (const auto* reorg = std::get_if<action::Reorg>(&action)) { return text("reorg", reorg->left.size()); }
    if (const auto* synced = std::get_if<action::Synced>(&action)) { return text("synced", synced->head.number); }
    if (const auto* none = std::get_if<action::NoCommonBlock>(&action)) {
        return none->end ? "no common block" : "no common genesis";
    }
    if (const auto* useless = std::get_if<action::Useless>(&action)) { return text("useless", useless->items); }
    if (std::holds_alternative<action::TransactionSeen>(action)) { return "transaction"; }
    if (const auto* drop = std::get_if<action::Drop>(&action)) { return text("drop", drop->peer); }
    if (const auto* mined = std::get_if<action::Mined>(&action)) {
        return text(text(text(mined->head ? "mined" : "mined late", mined->record.number), mined->transactions),
                    mined->uncles);
    }
    if (const auto* idle = std::get_if<action::Idle>(&action)) { return "idle " + std::string(idle->error.code->word); }
    if (const auto* unknown = std::get_if<action::StateUnknown>(&action)) { return text("unknown", unknown->from); }
    if (const auto* failed = std::get_if<action::Failed>(&action)) {
        return "failed " + std::string(failed->error.code->word);
    }
    return "?";
}

std::vector<std::string> HubBench::told() {
    std::vector<std::string> lines;
    while (const auto action = out.try_pop()) {
        // Of a chain whose accounts nobody gave that goes without saying.
        if (!has_premine_ && std::holds_alternative<action::StateUnknown>(*action)) { continue; }
        const auto* relay = std::get_if<action::Relay>(&*action);
        if (relay == nullptr) {
            lines.push_back(describe(*action));
            continue;
        }
        for (const wire::ConnectionId to : relay->to) {
            lines.push_back(describe_frame(to, relay->type, *relay->frame));
        }
    }
    return lines;
}

std::vector<std::string> HubBench::told(wire::ConnectionId to) {
    std::vector<std::string> lines = told();
    std::erase_if(lines, [&](const std::string& line) { return !line.starts_with(std::to_string(to) + " "); });
    return lines;
}

Bytes HubBench::last(wire::MessageType type) const {
    for (auto at = sent_.rbegin(); at != sent_.rend(); ++at) {
        if (at->first == type) { return at->second; }
    }
    return {};
}

std::vector<Hash256> hashes_in(BytesView payload) {
    std::vector<Hash256> out;
    const auto items = rlp::list_items(payload, rlp::Mode::lenient);
    if (!items) { return out; }
    for (const rlp::Item& item : *items) {
        if (item.payload_size == Hash256::width) { out.push_back(Hash256::right_aligned(item.payload())); }
    }
    return out;
}

std::vector<MinedBlock> part(const std::vector<MinedBlock>& blocks, std::size_t from, std::size_t count) {
    const auto begin = blocks.begin() + static_cast<std::ptrdiff_t>(std::min(from, blocks.size()));
    const auto left = static_cast<std::size_t>(blocks.end() - begin);
    return {begin, begin + static_cast<std::ptrdiff_t>(std::min(count, left))};
}

} // namespace ethpoc::test
