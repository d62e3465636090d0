#include "tests/conform/fake_house.hpp"

#include <algorithm>
#include <array>
#include <memory>

#include "tests/conform/fake_target.hpp"
#include "tests/support/mini_chain.hpp"

namespace ethpoc::test {
namespace {

constexpr std::size_t chain_height = 40;
constexpr std::size_t most_connections = 4000;
constexpr std::size_t most_dials = 20; // of addresses that were heard

constexpr std::array bug_rows{
#define FAKE_BUG(name, what) BugRow{Bug::name, #name, what},
#include "tests/conform/fake_bugs.def"
};

FakeChain mine_chain(std::uint32_t version) {
    FakeChain out;
    out.rules = &chain::rules_for(version);
    const MiniChain mini(*out.rules);
    out.hashes.push_back(mini.genesis_block().record.hash);
    out.blocks.push_back(mini.genesis_block().rlp);
    for (MinedBlock& block : mini.mine_many(mini.genesis_block(), chain_height)) {
        out.hashes.push_back(block.record.hash);
        out.total_difficulty = block.record.total_difficulty;
        out.blocks.push_back(std::move(block.rlp));
    }
    return out;
}

} // namespace

std::span<const BugRow> fake_bugs() noexcept {
    return bug_rows;
}

std::string_view name_of(Bug bug) noexcept {
    return bug == Bug::none ? "none" : bug_rows.at(static_cast<std::size_t>(bug) - 1).name;
}

std::optional<std::size_t> FakeChain::height_of(const Hash256& hash) const noexcept {
    const auto at = std::ranges::find(hashes, hash);
    if (at == hashes.end()) { return std::nullopt; }
    return static_cast<std::size_t>(at - hashes.begin());
}

const FakeChain& fake_chain(std::uint32_t version) {
    static std::map<std::uint32_t, std::unique_ptr<const FakeChain>> mined;
    auto& chain = mined[version];
    if (chain == nullptr) { chain = std::make_unique<const FakeChain>(mine_chain(version)); }
    return *chain;
}

FakeHouse::FakeHouse(const wire::Profile& profile, peer::Transport& transport) :
    profile_(profile), transport_(transport), bug_(Bug::none), chain_(fake_chain(profile.chain_version())) {
    node_id_.bytes.fill(0x77);
}

FakeHouse::~FakeHouse() = default;

void FakeHouse::keep_dialling(std::string endpoint, bool spare) {
    keep_dialling_ = std::move(endpoint);
    keeps_spare_ = spare;
    transport_.dial(*this, keep_dialling_, {});
}

void FakeHouse::arm(Bug bug) {
    bug_ = bug;
    if (bug == Bug::hello_zero_id) { node_id_ = {}; }
}

void FakeHouse::restart() {
    die();
    crashed_ = false;
    hung_ = false;
    closed_early_ = 0;
    ids_.clear();
    transactions_.clear();
    heard_of_.clear();
    if (!keep_dialling_.empty()) { keep_dialling(keep_dialling_, keeps_spare_); }
}

void FakeHouse::die() {
    crashed_ = true;
    for (const auto& [id, target] : open_) {
        target->drop();
        transport_.flush(id);
    }
}

FakeTarget* FakeHouse::find_peer(BytesView node_id) const {
    const auto at = std::ranges::find_if(open_, [&](const auto& one) {
        return one.second->greeted() && !one.second->leaves() && std::ranges::equal(one.second->node_id(), node_id);
    });
    return at == open_.end() ? nullptr : at->second;
}

bool FakeHouse::knows_id(BytesView node_id) const {
    return ids_.contains(to_bytes(node_id));
}

std::size_t FakeHouse::peers() const noexcept {
    return static_cast<std::size_t>(
        std::ranges::count_if(open_, [](const auto& one) { return one.second->greeted(); }));
}

bool FakeHouse::waits_for_another(const FakeTarget& target) const {
    constexpr std::size_t much = 100'000;
    return std::ranges::any_of(open_,
                               [&](const auto& one) { return one.second != &target && one.second->unsent() > much; });
}

void FakeHouse::look_at_half_frames() {
    if (std::ranges::count_if(open_, [](const auto& one) { return one.second->has_large_half_frame(); }) >= 100) {
        die();
    }
}

bool FakeHouse::is_newest(const FakeTarget& target) const noexcept {
    return open_.empty() || open_.rbegin()->second == &target;
}

void FakeHouse::greeted(FakeTarget& target, Time /*now*/) {
    ids_.insert(to_bytes(target.node_id()));
    if (bug_ == Bug::dies_of_many_peers && peers() > most_peers) { die(); }
    if (keeps_spare_ && target.is_dialer() && target.endpoint() == keep_dialling_) {
        transport_.dial(*this, keep_dialling_, std::chrono::milliseconds(20));
    }
}

std::vector<FakeTarget*> FakeHouse::others(const FakeTarget& target) const {
    std::vector<FakeTarget*> out;
    for (const auto& [id, other] : open_) {
        if (other != &target && other->greeted()) { out.push_back(other); }
    }
    return out;
}

void FakeHouse::heard_of(const std::string& endpoint) {
    if (heard_of_.size() < most_dials && heard_of_.insert(endpoint).second) { transport_.dial(*this, endpoint, {}); }
}

void FakeHouse::flush(const FakeTarget& target) {
    transport_.flush(target.id());
}

bool FakeHouse::has_room(const std::string& /*endpoint*/) {
    return !crashed_ && open_.size() < most_connections;
}

std::unique_ptr<peer::Driver> FakeHouse::connected(wire::ConnectionId id, peer::Direction direction,
                                                   std::string endpoint) {
    dialled_itself_ = dialled_itself_ || endpoint == endpoint_;
    auto out = std::make_unique<FakeTarget>(*this, id, direction, std::move(endpoint));
    open_[id] = out.get();
    return out;
}

void FakeHouse::closed(wire::ConnectionId id) {
    const auto at = open_.find(id);
    if (at == open_.end()) { return; }
    const FakeTarget& target = *at->second;
    const bool wanted =
        target.is_dialer() && (!keeps_spare_ || !target.greeted()) && target.endpoint() == keep_dialling_;
    const bool had_hello = target.greeted();
    open_.erase(at);
    if (!had_hello && ++closed_early_ > 300 && bug_ == Bug::keeps_sockets) { die(); }
    if (wanted && !crashed_) { transport_.dial(*this, keep_dialling_, std::chrono::milliseconds(20)); }
}

void FakeHouse::dial_failed(const std::string& endpoint, std::string_view /*why*/) {
    if (endpoint == keep_dialling_ && !crashed_) { transport_.dial(*this, endpoint, std::chrono::milliseconds(200)); }
}

} // namespace ethpoc::test
