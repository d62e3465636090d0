#include "sync/lanes.hpp"

#include <algorithm>

namespace ethpoc::sync {

namespace {

/// What a peer said for its own sake: without it there is nobody to answer.
bool is_for_the_sender(const Command& command) {
    return !std::holds_alternative<command::PeerUp>(command.body) &&
           !std::holds_alternative<command::PeerDown>(command.body) &&
           !std::holds_alternative<command::Blocks>(command.body) &&
           !std::holds_alternative<command::NewBlock>(command.body) &&
           !std::holds_alternative<command::Transactions>(command.body);
}

bool is_news(const Command& command) {
    return std::holds_alternative<command::Blocks>(command.body) ||
           std::holds_alternative<command::NewBlock>(command.body) ||
           std::holds_alternative<command::Transactions>(command.body);
}

} // namespace

CommandLanes::CommandLanes(std::size_t max_bytes, std::function<void(ConnectionId)> on_room) :
    max_bytes_(max_bytes), on_room_(std::move(on_room)) {}

CommandLanes::Lane& CommandLanes::lane_of(ConnectionId peer) {
    Lane& lane = lanes_[peer];
    if (lane.group == nullptr) {
        const void* const key = lane.account ? static_cast<const void*>(lane.account.get()) : &lane;
        lane.group = &groups_[key];
        ++lane.group->lanes;
    }
    return lane;
}

void CommandLanes::open(ConnectionId peer, std::shared_ptr<Account> account) {
    const std::lock_guard lock(mutex_);
    Lane& lane = lanes_[peer];
    if (lane.group == nullptr) { lane.account = std::move(account); }
}

void CommandLanes::enqueue(Lane& lane) {
    if (lane.queued || lane.waiting.empty()) { return; }
    lane.queued = true;
    if (lane.group->turns.empty()) { turns_.push_back(lane.group); }
    lane.group->turns.push_back(&lane);
}

void CommandLanes::push(Command command) {
    const std::lock_guard lock(mutex_);
    Lane& lane = lane_of(command.from);
    lane.bytes += command.cost;
    bytes_ += command.cost;
    if (lane.account) { lane.account->charge(command.cost); }
    lane.waiting.push_back(std::move(command));
    enqueue(lane);
    filled_.notify_one();
}

bool CommandLanes::is_full(const Lane& lane) const {
    if (lane.bytes == 0) { return false; }
    return lane.bytes >= max_bytes_ / shares || bytes_ >= max_bytes_ || (lane.account && !lane.account->has_room());
}

bool CommandLanes::full(ConnectionId peer) const {
    const std::lock_guard lock(mutex_);
    const auto at = lanes_.find(peer);
    if (at == lanes_.end() || !is_full(at->second)) { return false; }
    at->second.was_full = true;
    return true;
}

void CommandLanes::leave(ConnectionId peer) {
    const std::lock_guard lock(mutex_);
    Lane& lane = lane_of(peer);
    const bool too_much = lane.account && !lane.account->has_room();
    std::erase_if(lane.waiting, [&](const Command& command) {
        const bool drop = is_for_the_sender(command) || (too_much && is_news(command));
        if (drop) {
            uncharge(lane, command.cost);
            ++dropped_;
        }
        return drop;
    });
    lane.gone = true;
    lane.waiting.push_back(Command{peer, command::PeerDown{}, 0});
    enqueue(lane);
    filled_.notify_one();
}

/// The one whose turn it is. Those with a debt miss it, and owe less afterwards; alone, nobody misses anything.
CommandLanes::Group* CommandLanes::next_group() {
    while (turns_.size() > 1 && turns_.front()->debt > 0) {
        Group* const group = turns_.front();
        group->debt -= std::min(group->debt, quantum);
        turns_.pop_front();
        turns_.push_back(group);
    }
    Group* const group = turns_.front();
    turns_.pop_front();
    group->debt = 0;
    return group;
}

void CommandLanes::serve(Lane& lane, std::size_t bytes) {
    if (bytes > quantum) { lane.group->debt += bytes - quantum; }
}

std::optional<Command> CommandLanes::take() {
    while (!closed_ && !turns_.empty()) {
        Group* const group = next_group();
        Lane* const lane = group->turns.front();
        group->turns.pop_front();
        lane->queued = false;
        std::optional<Command> command;
        if (!lane->waiting.empty()) {
            command.emplace(std::move(lane->waiting.front()));
            lane->waiting.pop_front();
        }
        if (!lane->waiting.empty()) {
            lane->queued = true;
            group->turns.push_back(lane);
        }
        if (!group->turns.empty()) { turns_.push_back(group); }
        if (command) { return command; }
    }
    return std::nullopt;
}

std::optional<Command> CommandLanes::pop(std::chrono::steady_clock::time_point until) {
    std::unique_lock lock(mutex_);
    filled_.wait_until(lock, until, [this] { return !turns_.empty() || woken_ || closed_; });
    woken_ = false;
    return take();
}

std::optional<Command> CommandLanes::try_pop() {
    const std::lock_guard lock(mutex_);
    return take();
}

void CommandLanes::put_back(Command command, std::size_t served) {
    const std::lock_guard lock(mutex_);
    Lane& lane = lane_of(command.from);
    serve(lane, served);
    lane.waiting.push_front(std::move(command));
    enqueue(lane);
}

void CommandLanes::uncharge(Lane& lane, std::size_t bytes) {
    lane.bytes -= bytes;
    bytes_ -= bytes;
    if (lane.account) { lane.account->release(bytes); }
}

void CommandLanes::erase_if_over(ConnectionId peer) {
    const auto at = lanes_.find(peer);
    if (at == lanes_.end() || !at->second.gone || !at->second.waiting.empty()) { return; }
    Lane& lane = at->second;
    if (--lane.group->lanes == 0) {
        std::erase_if(groups_, [&](const auto& entry) { return &entry.second == lane.group; });
    }
    lanes_.erase(at);
}

void CommandLanes::done(const Command& command, std::size_t served) {
    bool tell = false;
    {
        const std::lock_guard lock(mutex_);
        const auto at = lanes_.find(command.from);
        if (at == lanes_.end()) { return; }
        Lane& lane = at->second;
        serve(lane, served);
        uncharge(lane, command.cost);
        tell = lane.was_full && !is_full(lane) && lane.bytes <= max_bytes_ / shares / 2;
        if (tell) { lane.was_full = false; }
        erase_if_over(command.from);
    }
    if (tell && on_room_) { on_room_(command.from); }
}

void CommandLanes::wake() {
    const std::lock_guard lock(mutex_);
    woken_ = true;
    filled_.notify_one();
}

void CommandLanes::close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    filled_.notify_all();
}

bool CommandLanes::closed() const {
    const std::lock_guard lock(mutex_);
    return closed_;
}

std::size_t CommandLanes::bytes() const {
    const std::lock_guard lock(mutex_);
    return bytes_;
}

std::uint64_t CommandLanes::dropped() const {
    const std::lock_guard lock(mutex_);
    return dropped_;
}

} // namespace ethpoc::sync
