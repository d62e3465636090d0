#include "peer/health.hpp"

namespace ethpoc::peer {

Health::Verdict Health::judge(const Facts& facts) const {
    if (!store_failed_.empty()) {
        return {false, "The store has failed (" + std::string(store_failed_) + "); see the log."};
    }
    if (facts.chain_silent > chain_patience) {
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(facts.chain_silent).count();
        return {false, "The chain thread has not answered for " + std::to_string(seconds) + " s."};
    }
    if (facts.listen.empty() && facts.peers == 0) {
        return {false, "The node has no peers and does not listen for any."};
    }
    const std::string where = facts.listen.empty() ? "" : "listening on " + facts.listen + ", ";
    return {true, "The node is well: " + where + std::to_string(facts.peers) + (facts.peers == 1 ? " peer" : " peers") +
                      ", head #" + std::to_string(facts.head) + "."};
}

std::string to_json(const Health::Verdict& verdict) {
    // All words of the sentence are ours.
    return std::string(R"({"well":)") + (verdict.well ? "true" : "false") + R"(,"sentence":")" + verdict.sentence +
           "\"}\n";
}

} // namespace ethpoc::peer
