#include "peer/seed_source.hpp"

#include <algorithm>

#include "peer/address.hpp"
#include "peer/seed_list.hpp"

namespace ethpoc::peer {

SeedSource::SeedSource(boost::asio::io_context& io, http::Url url, PeerManager& manager, const Observers& observers) :
    url_(std::move(url)), manager_(manager), observers_(observers), fetch_(io) {}

void SeedSource::tick(Time now) {
    now_ = now;
    if (fetch_.under_way() || now < again_ || !manager_.wants_seeds()) { return; }
    fetch_.get(url_, [this](const http::Fetch::Answer& answer) { take(answer, now_); });
}

/// A line that is no address costs that line. A name is none: whoever writes the list could let it stand for any
/// machine, one of our own network too.
void SeedSource::take(const http::Fetch::Answer& answer, Time now) {
    if (!answer) { return failed(answer.error(), now); }
    std::vector<std::string> seeds;
    std::size_t passed_over = 0;
    for (const SeedLine& line : seed_lines(*answer)) {
        if (seeds.size() >= most_seeds || !parse_address(line.text)) {
            ++passed_over;
        } else {
            seeds.emplace_back(line.text);
        }
    }
    if (seeds.empty()) { return failed("no line of the answer is IP:PORT", now); }
    pause_ = {};
    again_ = now + good_pause;
    observers_.tell(event::Seeds{url_.authority, {}, seeds.size(), passed_over});
    manager_.set_seeds(std::move(seeds));
}

void SeedSource::failed(const std::string& why, Time now) {
    pause_ = std::clamp(2 * pause_, first_pause, longest_pause);
    again_ = now + pause_;
    observers_.tell(event::Seeds{url_.authority, why, 0, 0});
}

} // namespace ethpoc::peer
