// FakeHouse: what the connections of one fake target share, as the process of a client would: its chain, transactions
// and peers, and the one thing that it does wrong.
//
//   FakeNet net;
//   FakeHouse house(*wire::find_profile("23"), net);                       // a good one
//   house.arm(Bug::pong_late);                                              // from the next connection on
//   net.listen(house.endpoint(), house);
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chain/rules.hpp"
#include "peer/driver.hpp"
#include "wire/profile.hpp"

namespace ethpoc::test {

using peer::Time;

/// The rows of fake_bugs.def.
enum class Bug : std::uint16_t {
    none,
#define FAKE_BUG(name, what) name,
#include "tests/conform/fake_bugs.def"
};
struct BugRow {
    Bug bug;
    std::string_view name;
    std::string_view what;
};
std::span<const BugRow> fake_bugs() noexcept;
std::string_view name_of(Bug bug) noexcept;

/// Mined, of the layout that a version has; the same in each run.
struct FakeChain {
    const chain::Rules* rules = nullptr;
    std::vector<Hash256> hashes{}; // oldest first, the genesis is the first
    std::vector<Bytes> blocks{};   // of the same heights; that of the genesis too
    U256 total_difficulty{};

    std::size_t height() const noexcept { return hashes.size() - 1; }
    std::optional<std::size_t> height_of(const Hash256& hash) const noexcept;
};
const FakeChain& fake_chain(std::uint32_t version);

class FakeTarget;

class FakeHouse final : public peer::DriverOwner {
  public:
    static constexpr std::uint16_t port = 30303;
    static constexpr std::size_t most_peers = 50; // with a Hello

    FakeHouse(const wire::Profile& profile, peer::Transport& transport);
    ~FakeHouse() override;

    const wire::Profile& profile() const noexcept { return profile_; }
    const FakeChain& chain() const noexcept { return chain_; }
    Bug bug() const noexcept { return bug_; }
    /// Connections that are there already stay as they are.
    void arm(Bug bug);
    /// After a crash: the process is started again, and has forgotten everything.
    void restart();
    const std::string& endpoint() const noexcept { return endpoint_; }
    const NodeId& node_id() const noexcept { return node_id_; }
    U256 network_id() const noexcept { return {}; }
    bool crashed() const noexcept { return crashed_; }
    bool hung() const noexcept { return hung_; }
    bool dialled_itself() const noexcept { return dialled_itself_; }
    /// From now on it has always a connection that it has made to HOST:PORT. `spare`: and one more on which no Hello
    /// has come yet.
    void keep_dialling(std::string endpoint, bool spare);

    // ---- for its connections
    void die();
    void hang() { hung_ = true; }
    /// The connection has this node id from now on.
    void greeted(FakeTarget& target, Time now);
    FakeTarget* find_peer(BytesView node_id) const;
    bool knows_id(BytesView node_id) const;
    std::size_t peers() const noexcept;
    /// Another peer does not read what it is sent.
    bool waits_for_another(const FakeTarget& target) const;
    void look_at_half_frames();
    bool is_newest(const FakeTarget& target) const noexcept;
    /// Frames of Peers have these.
    std::vector<FakeTarget*> others(const FakeTarget& target) const;
    void heard_of(const std::string& endpoint);
    bool has_transaction(BytesView transaction) const { return transactions_.contains(to_bytes(transaction)); }
    void add_transaction(BytesView transaction) { transactions_.insert(to_bytes(transaction)); }
    const std::set<Bytes>& transactions() const noexcept { return transactions_; }
    void flush(const FakeTarget& target);

    // ---- peer::DriverOwner
    bool has_room(const std::string& endpoint) override;
    void turned_away(const std::string& /*endpoint*/) override {}
    std::unique_ptr<peer::Driver> connected(wire::ConnectionId id, peer::Direction direction,
                                            std::string endpoint) override;
    void closed(wire::ConnectionId id) override;
    bool still_wanted(const std::string& /*endpoint*/) override { return !crashed_; }
    void dial_failed(const std::string& endpoint, std::string_view why) override;

  private:
    static Bytes to_bytes(BytesView view) { return {view.begin(), view.end()}; }

    const wire::Profile& profile_;
    peer::Transport& transport_;
    Bug bug_;
    const FakeChain& chain_;
    std::string endpoint_ = "203.0.113.99:" + std::to_string(port);
    NodeId node_id_{};
    std::map<wire::ConnectionId, FakeTarget*> open_{};
    std::set<Bytes> ids_{}; // that were ever there
    std::set<Bytes> transactions_{};
    std::set<std::string> heard_of_{};
    std::string keep_dialling_{};
    bool keeps_spare_ = false;
    std::size_t closed_early_ = 0; // connections so far that ended before Hello
    bool crashed_ = false;
    bool hung_ = false;
    bool dialled_itself_ = false;
};

} // namespace ethpoc::test
