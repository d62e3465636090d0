// EventPrinter: what becomes of the chain.
#include <nlohmann/json.hpp>

#include "chain/u256.hpp"
#include "cmd/view/event_text.hpp"
#include "cmd/view/events.hpp"

namespace ethpoc::cmd {

using nlohmann::ordered_json;

namespace {

constexpr std::size_t most_hashes = 24; // 69 bytes each

/// The first of them: a line stays short however deep a reorganisation goes.
ordered_json json_hashes(std::span<const Hash256> hashes) {
    ordered_json out = ordered_json::array();
    for (const Hash256& hash : hashes.first(std::min(hashes.size(), most_hashes))) {
        out.push_back(hex0x(hash));
    }
    return out;
}

} // namespace

void EventPrinter::on(const peer::event::Imported& event) {
    totals_.blocks_imported += event.blocks;
    head_ = event.head;
    line(
        "imported",
        {{"peer", event.peer.endpoint},
         {"blocks", event.blocks},
         {"head_number", event.head.number},
         {"head_hash", hex0x(event.head.hash)}},
        happened(event.peer, Tone::green, "imported", plural(event.blocks, "block") + ", head " + text_of(event.head)));
}

void EventPrinter::on(const peer::event::Reorganised& event) {
    line("reorg",
         {{"from", hex0x(event.from.hash)},
          {"to", hex0x(event.to.hash)},
          {"depth", event.left.size()},
          {"left", json_hashes(event.left)},
          {"joined", json_hashes(event.joined)}},
         happened(Tone::magenta, "reorganised",
                  plural(event.left.size(), "block") + " deep: " + text_of(event.from) + " to " + text_of(event.to)));
}

void EventPrinter::on(const peer::event::Synced& event) {
    head_ = event.head;
    line("synced",
         {{"peer", event.peer.endpoint}, {"head_number", event.head.number}, {"head_hash", hex0x(event.head.hash)}},
         happened(event.peer, Tone::green, "synced", "head " + text_of(event.head)));
}

void EventPrinter::on(const peer::event::Mined& event) {
    const chain::BlockRecord& block = *event.record;
    ++totals_.blocks_mined;
    const peer::HeadRef mined{block.number, block.hash};
    if (event.head) { head_ = mined; }
    line("mined",
         {{"number", block.number},
          {"hash", hex0x(block.hash)},
          {"parent", hex0x(block.parent)},
          {"difficulty", chain::to_decimal(block.difficulty)},
          {"timestamp", block.timestamp},
          {"transactions", event.transactions},
          {"uncles", event.uncles},
          {"head", event.head}},
         happened(Tone::green, "mined",
                  text_of(mined) + ", " + plural(event.transactions, "transaction") + ", " +
                      plural(event.uncles, "uncle") + ", difficulty " + chain::to_decimal(block.difficulty) +
                      (event.head ? "" : "; another one was faster")));
}

void EventPrinter::on(const peer::event::MinerIdle& event) {
    const std::string why = printable(event.error->detail, 1024);
    line("miner_idle", {{"why", why}}, happened(Tone::yellow, "nothing mined", why));
}

void EventPrinter::on(const peer::event::StateUnknown& event) {
    const std::string because = printable(event.because, 1024);
    line("state_unknown",
         {{"head_number", event.head.number},
          {"head_hash", hex0x(event.head.hash)},
          {"from", event.from},
          {"because", because}},
         happened(Tone::yellow, "state unknown",
                  "from #" + std::to_string(event.from) + " because " + because +
                      "; its blocks are taken without their accounts"));
}

} // namespace ethpoc::cmd
