// Allowance: how many bytes of lines somebody may cause. Buckets that are refilled as time goes by, one for each key;
// nothing grows with the number of keys, and every call is O(1).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

namespace ethpoc::cmd {

using AllowanceTime = std::chrono::steady_clock::time_point;

/// In bytes. In any minute no more than the sum of both is spent, and a line.
struct Rate {
    std::uint64_t at_once = 0;
    std::uint64_t a_minute = 0;
};

class Allowance {
  public:
    /// `each`: for one key; `all`: for all of them together. Of `most_keys` keys at a time the rest is remembered; what
    /// comes then shares the bucket of one.
    Allowance(Rate each, Rate all, std::size_t most_keys = 1024);

    /// Whether something is left for `key`. Ask before the line is made, so that what is left out costs nothing.
    bool left(std::string_view key, AllowanceTime now);
    /// What a line took. The last one may overdraw; the debt is paid by the time that follows.
    void spend(std::string_view key, std::size_t bytes, AllowanceTime now);

    std::size_t keys() const { return index_.size(); }

  private:
    struct Bucket {
        double bytes = 0; // below 0: debt
        AllowanceTime at{};
    };
    struct Entry {
        std::string key;
        Bucket bucket;
    };
    static void refill(Bucket& bucket, const Rate& rate, AllowanceTime now);
    Bucket& bucket_of(std::string_view key, AllowanceTime now);

    Rate each_;
    Rate all_;
    std::size_t most_keys_;
    std::list<Entry> entries_{}; // the one that was asked for last stands first
    std::unordered_map<std::string_view, std::list<Entry>::iterator> index_{};
    Bucket others_;
    Bucket sum_;
};

/// Counts what was left out, and tells of it once a minute.
class LeftOut {
  public:
    void add() { ++count_; }
    /// What to tell now: at once when it is the first for a minute, otherwise when a minute is over; 0: nothing.
    std::uint64_t due(AllowanceTime now);
    /// All that was not told yet.
    std::uint64_t rest();

  private:
    std::uint64_t count_ = 0;
    AllowanceTime next_{};
};

/// The address of "HOST:PORT", as a key: of IPv6 the first 64 bits, since the owner of one such address has all of
/// them.
std::string address_key(std::string_view endpoint);

} // namespace ethpoc::cmd
