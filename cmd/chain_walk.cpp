#include "cmd/chain_walk.hpp"

#include "cmd/view/amount.hpp"

namespace ethpoc::cmd {

void ChainWalk::begin(std::string doing, std::uint64_t first, std::uint64_t last) {
    doing_ = std::move(doing);
    first_ = first;
    last_ = last;
    begin_ = std::chrono::steady_clock::now();
}

bool ChainWalk::go_on(std::uint64_t number) {
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
    std::string text = doing_ + " block " + std::to_string(number) + " of " + std::to_string(last_);
    constexpr double enough = 0.3; // before that the rate is a guess
    if (seconds > enough && number > first_ && number <= last_) {
        const double rate = static_cast<double>(number - first_) / seconds;
        text += ", " + std::to_string(static_cast<std::uint64_t>(rate)) + " blocks/s, " +
                duration_text(static_cast<std::uint64_t>(static_cast<double>(last_ - number) / rate)) + " left";
    }
    progress_.update(text);
    return !stop_;
}

} // namespace ethpoc::cmd
