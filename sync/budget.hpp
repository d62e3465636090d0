// Budget: how much memory all peers of a node may make it hold, in one sum: unfinished frames, commands that wait for
// the chain, frames that wait for a socket. Each address has an account with a share that the others cannot take.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace ethpoc::sync {

class Budget;

/// What the connections of one address hold. Counted from both threads.
class Account {
  public:
    /// Nothing is held yet; `budget` outlives it.
    explicit Account(Budget& budget) noexcept : budget_(budget) {}
    Account(const Account&) = delete;
    Account& operator=(const Account&) = delete;

    /// True when `bytes` more fit into the share of the address and into the whole.
    bool has_room(std::size_t bytes = 0) const noexcept;
    /// Always counts; has_room() is asked before more is taken in.
    void charge(std::size_t bytes) noexcept;
    /// As many bytes as were charged, when they are held no longer.
    void release(std::size_t bytes) noexcept;
    std::size_t held() const noexcept { return held_.load(std::memory_order_relaxed); }

  private:
    Budget& budget_;
    std::atomic<std::size_t> held_ = 0;
};

/// All accounts and their sum. Made by the node; counted from both threads.
class Budget {
  public:
    /// `limit`: bytes, of all addresses. `largest`: of one thing that must always fit when nothing else is held: a
    /// frame.
    explicit Budget(std::size_t limit, std::size_t largest = 0) noexcept :
        limit_(std::max(limit, largest)), share_(std::max(limit / shares, largest)) {}
    Budget(const Budget&) = delete;
    Budget& operator=(const Budget&) = delete;

    /// The account of an address, for as long as anybody holds it. The budget outlives it. Network thread only.
    std::shared_ptr<Account> account(std::string_view address) {
        if (accounts_.size() >= swept_above_) { sweep(); }
        std::weak_ptr<Account>& known = accounts_[std::string(address)];
        if (auto there = known.lock()) { return there; }
        auto made = std::make_shared<Account>(*this);
        known = made;
        return made;
    }

    std::size_t accounts() const noexcept { return accounts_.size(); } // those of addresses that left too, for a while
    std::size_t limit() const noexcept { return limit_; }
    std::size_t share() const noexcept { return share_; }
    std::size_t held() const noexcept { return held_.load(std::memory_order_relaxed); }

  private:
    friend class Account;
    static constexpr std::size_t shares = 4; // an address may hold a quarter

    void sweep() {
        std::erase_if(accounts_, [](const auto& entry) { return entry.second.expired(); });
        swept_above_ = 2 * accounts_.size() + 64;
    }

    const std::size_t limit_;
    const std::size_t share_;
    std::atomic<std::size_t> held_ = 0;
    std::unordered_map<std::string, std::weak_ptr<Account>> accounts_{};
    std::size_t swept_above_ = 64;
};

inline bool Account::has_room(std::size_t bytes) const noexcept {
    return held() + bytes <= budget_.share_ && budget_.held() + bytes <= budget_.limit_;
}
inline void Account::charge(std::size_t bytes) noexcept {
    held_.fetch_add(bytes, std::memory_order_relaxed);
    budget_.held_.fetch_add(bytes, std::memory_order_relaxed);
}
inline void Account::release(std::size_t bytes) noexcept {
    held_.fetch_sub(bytes, std::memory_order_relaxed);
    budget_.held_.fetch_sub(bytes, std::memory_order_relaxed);
}

} // namespace ethpoc::sync
