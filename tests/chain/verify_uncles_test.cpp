#include <doctest/doctest.h>

#include <functional>
#include <map>

#include "chain/u256.hpp"
#include "chain/verify.hpp"
#include "tests/support/mini_chain.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;
using test::MinedBlock;

namespace {

/// Every block that the test has mined.
class Known final : public Ancestry {
  public:
    void add(const MinedBlock& block) { blocks_[block.record.hash] = block; }
    std::optional<BlockRecord> ancestor(const Hash256& hash) override {
        const auto at = blocks_.find(hash);
        return at == blocks_.end() ? std::nullopt : std::optional(at->second.record);
    }
    std::optional<Bytes> ancestor_rlp(const Hash256& hash) override {
        const auto at = blocks_.find(hash);
        return at == blocks_.end() ? std::nullopt : std::optional(at->second.rlp);
    }

  private:
    std::map<Hash256, MinedBlock> blocks_{};
};

/// A chain of ten blocks, and for each a sibling that lost.
struct Family {
    explicit Family(const Rules& rules, std::uint64_t difficulty = 4, std::uint64_t seconds = 10) :
        mini(rules, difficulty) {
        chain.push_back(mini.genesis_block());
        losers.emplace_back(); // genesis has no sibling
        for (int i = 0; i < 10; ++i) {
            losers.push_back(mini.mine(chain.back(), {.seconds = seconds, .miner = 9}));
            chain.push_back(mini.mine(chain.back(), {.seconds = seconds}));
        }
        for (const MinedBlock& block : chain) {
            known.add(block);
        }
    }

    Fault check(const MinedBlock& block) {
        const auto decoded = decode_block(mini.rules(), block.rlp);
        if (!decoded) { return decoded.error(); }
        const auto parent = known.ancestor(decoded->header.parent_hash);
        const Candidate candidate{mini.rules(), block.rlp, *decoded};
        if (auto fault = check_standalone(candidate)) { return fault; }
        return check_child(candidate, *parent, known);
    }

    /// A block above number `height` that takes these uncles.
    MinedBlock above(std::size_t height, std::vector<Bytes> uncles) const {
        return mini.mine(chain[height], {.uncles = std::move(uncles)});
    }

    test::MiniChain mini;
    std::vector<MinedBlock> chain{};
    std::vector<MinedBlock> losers{}; // losers[n] has number n
    Known known{};
};

void check_bad(const Fault& fault, std::string_view path) {
    REQUIRE(fault);
    CHECK(fault->code->word == "chain.bad_uncle");
    CHECK(fault->path == path);
    CHECK(fault->offset > 0);
}

} // namespace

TEST_CASE("uncles: until protocol 28 a sibling of the parent and no other") {
    for (const std::uint32_t version : {7U, 11U, 23U, 28U}) {
        CAPTURE(version);
        Family family(rules_for(version));
        CHECK_FALSE(family.check(family.above(10, {family.losers[10].header})));
        check_bad(family.check(family.above(10, {family.losers[9].header})), "uncles[0]");
        check_bad(family.check(family.above(9, {family.losers[10].header})), "uncles[0]"); // its own sibling
    }
}

TEST_CASE("uncles: later a child of the ancestors two to seven generations back") {
    for (const std::uint32_t version : {29U, 33U, 49U, 54U, 55U}) {
        for (const Implementation by : {Implementation::cpp, Implementation::go, Implementation::py}) {
            CAPTURE(version);
            CAPTURE(static_cast<int>(by));
            Family family(rules_for(version, by));
            // Above block 10 stands number 11: its parent is one generation back, block 4 is seven back.
            for (std::size_t number = 5; number <= 10; ++number) {
                CAPTURE(number);
                CHECK_FALSE(family.check(family.above(10, {family.losers[number].header})));
            }
            check_bad(family.check(family.above(10, {family.losers[4].header})), "uncles[0]");
            check_bad(family.check(family.above(10, {family.losers[3].header})), "uncles[0]");
            check_bad(family.check(family.above(9, {family.losers[10].header})), "uncles[0]");
        }
    }
}

TEST_CASE("uncles: near the genesis the ancestors are fewer") {
    Family family(rules_for(49));
    for (std::size_t height = 2; height <= 7; ++height) {
        CAPTURE(height);
        for (std::size_t number = 1; number <= height; ++number) {
            const std::size_t generations = height + 1 - (number - 1);
            CHECK(family.check(family.above(height, {family.losers[number].header})).has_value() == (generations > 7));
        }
    }
}

TEST_CASE("uncles: used up for as long as they could be used") {
    Family family(rules_for(49));
    // Block 6 is the first that can take the sibling of block 5; block 11 the last, and finds it there.
    const MinedBlock takes = family.above(5, {family.losers[5].header});
    CHECK_FALSE(family.check(takes));
    family.known.add(takes);
    auto tip = takes;
    for (int i = 0; i < 4; ++i) {
        tip = family.mini.mine(tip);
        family.known.add(tip);
    }
    CHECK(tip.record.number == 10);
    check_bad(family.check(family.mini.mine(tip, {.uncles = {family.losers[5].header}})), "uncles[0]");
    // The block itself, six generations back.
    check_bad(family.check(family.above(10, {family.chain[5].header})), "uncles[0]");
}

namespace {

struct Crooked {
    const char* what;
    std::function<void(test::HeaderDraft&)> change;
    bool only_with_gas = false;
};

const std::vector<Crooked>& crooked_uncles() {
    static const std::vector<Crooked> out{
        {"difficulty", [](auto& d) { d.difficulty = sum(d.difficulty, 1); }},
        {"timestamp", [](auto& d) { d.timestamp -= 100; }},
        {"number", [](auto& d) { d.number += 1; }, true},
        {"gas_limit", [](auto& d) { d.gas_limit += 1; }, true},
    };
    return out;
}

} // namespace

TEST_CASE("uncles: cpp of every tag holds them against their own parent and go does not") {
    for (const std::uint32_t version : {7U, 11U, 23U, 33U, 49U, 54U}) {
        for (const Crooked& crooked : crooked_uncles()) {
            if (crooked.only_with_gas && rules_for(version).header == HeaderLayout::h9) { continue; }
            CAPTURE(version);
            CAPTURE(crooked.what);
            Family cpp(rules_for(version));
            const auto uncle = cpp.mini.mine(cpp.chain[9], {.miner = 8, .change = crooked.change});
            const Fault fault = cpp.check(cpp.above(10, {uncle.header}));
            check_bad(fault, "uncles[0]");
            CHECK(fault->detail.contains(crooked.what));
            if (version < 49) { continue; }
            Family go(rules_for(version, Implementation::go));
            const auto accepted = go.mini.mine(go.chain[9], {.miner = 8, .change = crooked.change});
            CHECK_FALSE(go.check(go.above(10, {accepted.header})));
        }
    }
}

TEST_CASE("uncles: an older one is held against its own parent, not that of the block") {
    // Fast blocks raise the difficulty from 1024 on, so each height has its own.
    Family family(rules_for(49), 1u << 12, 1);
    for (std::size_t number = 5; number <= 10; ++number) {
        CAPTURE(number);
        CHECK((family.losers[number].record.difficulty == family.chain[10].record.difficulty) == (number == 10));
        CHECK_FALSE(family.check(family.above(10, {family.losers[number].header})));
    }
}

TEST_CASE("uncles: two of one block differ in nonce") {
    for (const std::uint32_t version : {7U, 33U, 49U}) {
        CAPTURE(version);
        Family family(rules_for(version));
        // At difficulty 1 any nonce does, so the second can have that of the first.
        Rules rules = rules_for(version);
        rules.uncle_against_parent = false;
        const auto header_of = [&](std::uint8_t miner) {
            return family.mini.mine(family.chain[9], {.miner = miner, .change = [](auto& d) { d.difficulty = 1; }})
                .header;
        };
        const Bytes first = header_of(8);
        Bytes second = header_of(7);
        std::copy(first.end() - 32, first.end(), second.end() - 32);
        const MinedBlock block = family.above(10, {first, second});
        const auto decoded = decode_block(rules, block.rlp);
        REQUIRE(decoded);
        const Fault fault = check_child({rules, block.rlp, *decoded}, family.chain[10].record, family.known);
        check_bad(fault, "uncles[1]");
        const MinedBlock good = family.above(10, {first, header_of(7)});
        const auto both = decode_block(rules, good.rlp);
        CHECK_FALSE(check_child({rules, good.rlp, *both}, family.chain[10].record, family.known));
    }
}

TEST_CASE("uncles: several at once none twice") {
    Family family(rules_for(49));
    CHECK_FALSE(family.check(family.above(10, {family.losers[9].header, family.losers[10].header})));
    check_bad(family.check(family.above(10, {family.losers[9].header, family.losers[9].header})), "uncles[1]");
    Family old(rules_for(7));
    check_bad(old.check(old.above(10, {old.losers[10].header, old.losers[10].header})), "uncles[1]");
}

TEST_CASE("uncles: an ancestor is none and a used one is used up") {
    Family family(rules_for(49));
    check_bad(family.check(family.above(10, {family.chain[9].header})), "uncles[0]");
    const MinedBlock takes = family.above(10, {family.losers[9].header});
    CHECK_FALSE(family.check(takes));
    family.known.add(takes);
    check_bad(family.check(family.mini.mine(takes, {.uncles = {family.losers[9].header}})), "uncles[0]");
    CHECK_FALSE(family.check(family.mini.mine(takes, {.uncles = {family.losers[10].header}})));
}

TEST_CASE("uncles: without work without shape") {
    for (const std::uint32_t version : {7U, 49U}) {
        CAPTURE(version);
        Rules rules = rules_for(version);
        rules.uncle_against_parent = false; // which would find the difficulty wrong first
        Family family(rules);
        // A header that claims more work than it has would lift the total difficulty.
        const auto greedy =
            family.mini.mine(family.chain[9], {.miner = 9, .change = [](auto& d) { d.difficulty = U256{1}; }});
        Bytes header = greedy.header;
        const auto field = header_field(family.mini.rules().header,
                                        *decode_header(family.mini.rules(), *rlp::first_item(header)), "difficulty");
        header[static_cast<std::size_t>(field.begin - header.data())] = 0x7f;
        Fault fault;
        for (std::uint8_t last = 0; !fault; ++last) { // some nonces do for 0x7f as well
            header.back() = last;
            fault = family.check(family.above(10, {header}));
        }
        check_bad(fault, "uncles[0]");
        const Fault shapeless = family.check(family.above(10, {Bytes{0xc0}}));
        REQUIRE(shapeless);
        CHECK(shapeless->path == "uncles[0]");
    }
}

TEST_CASE("uncles: block 1 has no grandparent") {
    Family family(rules_for(7));
    check_bad(family.check(family.above(0, {family.losers[1].header})), "uncles[0]");
    Family later(rules_for(49));
    check_bad(later.check(later.above(0, {later.losers[1].header})), "uncles[0]");
}

TEST_CASE("uncles: they count into the total difficulty") {
    Family family(rules_for(49));
    const auto plain = family.above(10, {});
    const auto with_two = family.above(10, {family.losers[9].header, family.losers[10].header});
    CHECK(with_two.record.total_difficulty == sum(plain.record.total_difficulty, 8));
}

TEST_CASE("uncles: at most two in the last version") {
    Rules rules = rules_for(56);
    rules.proof_of_work = ProofOfWork::keccak; // as if the old work were still in force
    rules.header = HeaderLayout::h14;
    Family family(rules);
    const std::vector<Bytes> three{family.losers[8].header, family.losers[9].header, family.losers[10].header};
    CHECK_FALSE(family.check(family.above(10, {three[0], three[1]})));
    check_bad(family.check(family.above(10, three)), "uncles[2]");
}
