#include <doctest/doctest.h>

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
    explicit Family(const Rules& rules) : mini(rules) {
        chain.push_back(mini.genesis_block());
        losers.emplace_back(); // genesis has no sibling
        for (int i = 0; i < 10; ++i) {
            losers.push_back(mini.mine(chain.back(), {.miner = 9}));
            chain.push_back(mini.mine(chain.back()));
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
        if (auto fault = check_alone(candidate)) { return fault; }
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

TEST_CASE("uncles: later a child of the ancestors two to six generations back") {
    for (const std::uint32_t version : {29U, 33U, 49U, 55U}) {
        CAPTURE(version);
        Family family(rules_for(version));
        // Above block 10 stands number 11: its parent is one generation back, block 5 is six back.
        for (std::size_t number = 6; number <= 10; ++number) {
            CAPTURE(number);
            CHECK_FALSE(family.check(family.above(10, {family.losers[number].header})));
        }
        check_bad(family.check(family.above(10, {family.losers[5].header})), "uncles[0]");
        check_bad(family.check(family.above(9, {family.losers[10].header})), "uncles[0]");
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
        Family family(rules_for(version));
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
