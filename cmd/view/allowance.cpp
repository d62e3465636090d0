#include "cmd/view/allowance.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace ethpoc::cmd {

namespace {

constexpr auto minute = std::chrono::minutes(1);

} // namespace

Allowance::Allowance(Rate each, Rate all, std::size_t most_keys) :
    each_(each), all_(all),
    most_keys_(most_keys), others_{static_cast<double>(each.at_once), {}}, sum_{static_cast<double>(all.at_once), {}} {}

void Allowance::refill(Bucket& bucket, const Rate& rate, AllowanceTime now) {
    const std::chrono::duration<double, std::ratio<60>> minutes = now - bucket.at;
    bucket.at = now;
    const double more = bucket.bytes + minutes.count() * static_cast<double>(rate.a_minute);
    bucket.bytes = std::min(more, static_cast<double>(rate.at_once));
}

Allowance::Bucket& Allowance::bucket_of(std::string_view key, AllowanceTime now) {
    if (const auto at = index_.find(key); at != index_.end()) {
        entries_.splice(entries_.begin(), entries_, at->second);
        refill(at->second->bucket, each_, now);
        return at->second->bucket;
    }
    if (index_.size() >= most_keys_) {
        // Only a key that has all of its allowance again is forgotten: a new key must not be a way to get another one.
        Entry& oldest = entries_.back();
        refill(oldest.bucket, each_, now);
        if (oldest.bucket.bytes < static_cast<double>(each_.at_once)) {
            refill(others_, each_, now);
            return others_;
        }
        index_.erase(oldest.key);
        entries_.pop_back();
    }
    entries_.push_front({std::string(key), {static_cast<double>(each_.at_once), now}});
    index_.emplace(entries_.front().key, entries_.begin());
    return entries_.front().bucket;
}

bool Allowance::left(std::string_view key, AllowanceTime now) {
    refill(sum_, all_, now);
    return sum_.bytes > 0 && bucket_of(key, now).bytes > 0;
}

void Allowance::spend(std::string_view key, std::size_t bytes, AllowanceTime now) {
    refill(sum_, all_, now);
    sum_.bytes -= static_cast<double>(bytes);
    bucket_of(key, now).bytes -= static_cast<double>(bytes);
}

std::uint64_t LeftOut::due(AllowanceTime now) {
    if (count_ == 0 || now < next_) { return 0; }
    next_ = now + minute;
    return rest();
}

std::uint64_t LeftOut::rest() {
    return std::exchange(count_, 0);
}

namespace {

/// "2001:db8::1" to "2001:db8:0:0".
std::string first_half(std::string_view address) {
    constexpr std::size_t all_groups = 8;
    std::vector<std::string_view> groups;
    std::size_t gap = all_groups; // index of the group before which :: stands
    while (!address.empty()) {
        const std::size_t end = std::min(address.find(':'), address.size());
        if (end == 0) {
            gap = std::min(gap, groups.size());
        } else {
            groups.push_back(address.substr(0, end));
        }
        address.remove_prefix(std::min(end + 1, address.size()));
    }
    const std::size_t zeros = groups.size() < all_groups ? all_groups - groups.size() : 0;
    std::string out;
    for (std::size_t i = 0; i < all_groups / 2; ++i) {
        const bool zero = i >= gap && i < gap + zeros;
        const std::size_t at = i < gap ? i : i - zeros;
        out += i == 0 ? "" : ":";
        out += zero || at >= groups.size() ? std::string_view("0") : groups[at];
    }
    return out;
}

} // namespace

std::string address_key(std::string_view endpoint) {
    std::string_view host = endpoint.substr(0, endpoint.rfind(':'));
    if (!host.starts_with('[')) { return std::string(host); }
    host = host.substr(1, host.size() - 2);
    if (host.find('.') != std::string_view::npos) { return std::string(host.substr(host.rfind(':') + 1)); }
    return first_half(host);
}

} // namespace ethpoc::cmd
