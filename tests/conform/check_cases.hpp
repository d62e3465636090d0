// CheckCases: what may be heard, in short words, and tables of which check holds for it. The tables stand in the tests
// of the files that have the checks; checks_test.cpp sees that none is missing.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "conform/checks.hpp"
#include "tests/conform/heard_bench.hpp"

namespace ethpoc::test {

using Make = std::function<void(HeardBench&)>;

/// The check as `text` names it, of what `make` makes heard in this version.
struct CheckCase {
    std::string_view text;
    std::string_view profile;
    bool holds;
    Make make;
};

std::vector<CheckCase> hello_checks();
std::vector<CheckCase> session_checks();
std::vector<CheckCase> peer_checks();
std::vector<CheckCase> chain_checks();

inline void run_checks(const std::vector<CheckCase>& rows) {
    for (const CheckCase& row : rows) {
        CAPTURE(row.text);
        CAPTURE(row.profile);
        HeardBench bench(row.profile);
        row.make(bench);
        CAPTURE(bench.words());
        CHECK(bench.meets("<" + std::string(row.text) + ">") == row.holds);
    }
}

// ---- items
inline Bytes text_item(std::string_view text) {
    return rlp::encode_item(text);
}
inline Bytes number(std::uint64_t value) {
    return rlp::encode_item(value);
}
inline Bytes string_of(std::size_t size, std::uint8_t byte = 0x55) {
    const Bytes bytes(size, byte);
    return rlp::encode_item(BytesView(bytes));
}
inline Bytes list(const std::vector<Bytes>& items) {
    rlp::BackwardWriter out;
    for (auto at = items.rbegin(); at != items.rend(); ++at) {
        out.put_raw(*at);
    }
    out.close_list(0);
    return out.take();
}
inline Bytes hash_item() {
    return rlp::encode_item(hash_of(0x11));
}

/// Flat Hello of protocol 7; `caps` and `port` as they stand.
inline Bytes flat_hello(const Bytes& caps = number(7), const Bytes& port = number(30303),
                        const Bytes& id = string_of(64)) {
    return message_of(0, {number(7), number(0), text_item("x"), caps, port, id});
}

// ---- what is heard; the barrier is answered
inline Make nothing() {
    return [](HeardBench& bench) { bench.answers_barrier(); };
}
inline Make says(const Bytes& payload) {
    return [payload](HeardBench& bench) { bench.says(payload).answers_barrier(); };
}
inline Make says_two(const Bytes& first, const Bytes& second) {
    return [first, second](HeardBench& bench) { bench.says(first).says(second).answers_barrier(); };
}
inline Make changed(const Make& make, const std::function<void(conform::Heard&)>& change) {
    return [make, change](HeardBench& bench) {
        make(bench);
        change(bench.heard);
    };
}

/// Three blocks, newest first; the newest is head, the others anc1 and anc2.
inline std::vector<Bytes> three_blocks(conform::Facts& facts) {
    const MiniChain mini(chain::rules_for(facts.profile->chain_version()));
    const auto mined = mini.mine_many(mini.genesis_block(), 3);
    facts.head = mined[2].record.hash;
    facts.ancestors = {mined[1].record.hash, mined[0].record.hash};
    return {mined[2].rlp, mined[1].rlp, mined[0].rlp};
}

} // namespace ethpoc::test
