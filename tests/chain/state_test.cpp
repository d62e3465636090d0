#include "chain/state.hpp"

#include <doctest/doctest.h>

#include <map>
#include <set>

#include "chain/keccak.hpp"
#include "chain/named_genesis.hpp"
#include "chain/premine.hpp"
#include "chain/trie.hpp"
#include "chain/u256.hpp"
#include "tests/chain/recorded.hpp"
#include "tests/support/shared.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;

namespace {

/// The state after the last block, or the first fault, with the number of its block.
struct Replayed {
    std::optional<StateAfter> state{};
    std::uint64_t number = 0;
    Fault fault{};
};

Replayed replay(const test::RecordedChain& chain, const Rules& rules) {
    const auto genesis = decode_block(rules, chain.head.genesis_rlp);
    REQUIRE(genesis);
    Replayed out;
    out.state = state_of_genesis(rules, genesis->header);
    for (const Bytes& bytes : chain.blocks) {
        ++out.number;
        const auto block = decode_block(rules, bytes);
        REQUIRE(block);
        const Candidate candidate{rules, bytes, *block};
        std::vector<SignedTransaction> transactions;
        out.fault = check_transactions(candidate, &transactions);
        if (out.fault) { return out; }
        auto next = state_after(*out.state, candidate, out.number, transactions);
        if (!next) {
            out.fault = std::move(next.error());
            return out;
        }
        out.state = std::move(*next);
    }
    return out;
}

/// Recorded chains by their names: those of this checkout, and all others where they are at hand.
std::map<std::string, test::RecordedChain> recorded_chains() {
    std::map<std::string, test::RecordedChain> out;
    for (const char* const name : {"cpp-0.3.10", "go-p08", "go-p17", "cpp-poc7", "go-p54-eqtime"}) {
        out[name] = test::read_chain(test::test_file(std::string("chains/") + name + ".jsonl"));
    }
    if (const auto folder = test::shared_file("chains")) {
        for (const auto& file : test::files_below(*folder, ".jsonl")) {
            out[file.stem().string()] = test::read_chain(file);
        }
    }
    return out;
}

} // namespace

TEST_CASE("state: every block of the recorded chains leaves the accounts that it says") {
    for (const auto& [name, chain] : recorded_chains()) {
        for (const Rules* const rules : {&chain.rules(), &rules_for(chain.head.protocol)}) {
            if (name == "go-p08" && rules != &chain.rules()) { continue; } // its accounts have a form of their own
            CAPTURE(name);
            CAPTURE(rules->name);
            REQUIRE_FALSE(chain.blocks.empty());
            const Replayed end = replay(chain, *rules);
            INFO("block " << end.number << ": " << (end.fault ? end.fault->message() : ""));
            CHECK_FALSE(end.fault);
            REQUIRE(end.state);
            const auto* const gap = std::get_if<StateGap>(&*end.state);
            INFO((gap != nullptr ? gap->because : ""));
            CHECK(gap == nullptr);
            CHECK(end.number == chain.blocks.size());
        }
    }
}

TEST_CASE("state: all recorded chains are at hand") {
    if (!test::shared_file("chains")) {
        MESSAGE("skipped: chains not found");
        return;
    }
    CHECK(recorded_chains().size() >= 19);
}

TEST_CASE("state: each genesis has the state root of its premine") {
    std::set<std::string_view> seen;
    for (std::uint32_t version = 0; version <= newest_version(); ++version) {
        for (const Implementation by : every_implementation) {
            for (const GenesisCandidate& candidate : genesis_candidates(version, by)) {
                const auto block = decode_block(*candidate.rules, candidate.genesis.rlp);
                REQUIRE(block);
                CAPTURE(version);
                CAPTURE(candidate.genesis.name);
                CAPTURE(candidate.rules->name);
                const auto state = State::of_genesis(*candidate.rules, block->header);
                if (candidate.genesis.name ==
                    "poc1-counted") { // no accounts, which that day was written as Keccak of 40
                    const Bytes nothing{0x40};
                    CHECK(to_hex(block->header.state_root) == to_hex(keccak256(nothing)));
                } else if (version == 55) { // which it was is not recorded; keys were hashed by then
                    CHECK(state.has_value() == !candidate.rules->hashed_keys);
                } else {
                    REQUIRE(state);
                    CHECK(to_hex(state->root()) == to_hex(block->header.state_root));
                    CHECK(state->trie().size() >= 2);
                }
                seen.insert(find_genesis_row(candidate.genesis.name)->name);
            }
        }
    }
    // "easy" is chosen by name.
    for (const GenesisRow& row : genesis_table()) {
        CAPTURE(row.name);
        CHECK((seen.contains(row.name) || row.name == "easy"));
    }
    const Genesis easy = *genesis_from_rlp("easy", test::hex(find_genesis_row("easy")->rlp_hex), rules_for(7));
    CHECK(State::of_genesis(rules_for(7), decode_block(rules_for(7), easy.rlp)->header));
}

TEST_CASE("state: recorded chains refuse each constant that is changed by one") {
    struct Column {
        const char* name;
        std::uint64_t Rules::*member;
        std::set<std::string> chains; // that reach it
    };
    const auto chains = recorded_chains();
    for (const Column& column : {Column{"block_reward", &Rules::block_reward, {}},
                                 Column{"uncle_reward", &Rules::uncle_reward, {"cpp-poc6", "cpp-poc7"}},
                                 Column{"nephew_reward", &Rules::nephew_reward, {"cpp-poc6", "cpp-poc7"}},
                                 Column{"flat_fee", &Rules::flat_fee, {"cpp-0.3.10-easy-tx"}}}) {
        for (const auto& [name, chain] : chains) {
            if (!column.chains.empty() && !column.chains.contains(name)) { continue; }
            for (const bool more : {true, false}) {
                CAPTURE(column.name);
                CAPTURE(name);
                Rules rules = chain.rules();
                rules.*column.member += more ? 1 : -1;
                const Replayed end = replay(chain, rules);
                REQUIRE(end.fault);
                CHECK(*end.fault->code == errors::bad_state_root);
                CHECK(end.fault->path == "header.state_root");
            }
        }
    }
}

TEST_CASE("state: an account is found as it was set in every form") {
    for (const Rules& rules : all_rules()) {
        for (const AccountForm form : {rules.accounts, rules.accounts_also}) {
            CAPTURE(rules.name);
            State state(rules, form);
            const Account one{0x1234567890, *product(U256{~std::uint64_t{0}}, U256{~std::uint64_t{0}})};
            const Bytes address(20, 7);
            const Bytes key(65, 4);
            state.set(address, one);
            state.set(key, {});
            CHECK(state.account(address) == one);
            CHECK(state.account(key) == Account{});
            CHECK(state.account(Bytes(20, 8)) == Account{});
            CHECK(state.trie().size() == 2);
        }
    }
}
