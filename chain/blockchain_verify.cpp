// Blockchain: all rules again, of blocks that are stored.
#include <algorithm>

#include "chain/blockchain.hpp"

namespace ethpoc::chain {

Error Blockchain::unread(std::string sentence) const {
    return store_.trouble().value_or(Error{&errors::store_damaged, 0, 0, {}, std::move(sentence)});
}

Result<Block> Blockchain::decode_stored(const BlockRecord& record, BytesView bytes) const {
    const auto wrong = [&](const std::string& sentence) {
        return std::unexpected(Error{&errors::bad_hash,
                                     0,
                                     bytes.size(),
                                     {},
                                     "the stored bytes of block " + std::to_string(record.number) + " " + sentence});
    };
    auto block = decode_block(rules_, bytes);
    if (!block) { return wrong("are no block any more: " + block.error().message()); }
    if (block->hash != record.hash) { return wrong("have the hash " + to_hex(block->hash)); }
    return block;
}

std::optional<Error> Blockchain::verify_one(const BlockRecord& parent, const BlockRecord& record, StateAfter& state) {
    const auto bytes = store_.rlp_of(record);
    if (!bytes) { return unread("its bytes are missing"); }
    // First of all: what was changed cannot be judged, and least of all by what it now says of its parent.
    const auto block = decode_stored(record, *bytes);
    if (!block) { return block.error(); }
    const Candidate candidate{rules_, *bytes, *block};
    if (block->header.parent_hash != parent.hash) {
        return Error{&errors::unknown_parent, 0, bytes->size(), {}, "it does not link to the block below"};
    }
    if (auto fault = check_standalone(candidate)) { return fault; }
    std::vector<SignedTransaction> transactions;
    if (auto fault = check_child(candidate, parent, *this, &transactions)) { return fault; }
    auto after = state_after(state, candidate, record.number, transactions);
    if (!after) { return std::move(after.error()); }
    state = std::move(*after);
    BlockRecord again = make_record(candidate, parent);
    again.row = record.row;
    if (again != record) { return Error{&errors::store_damaged, 0, 0, {}, "its record does not fit its bytes"}; }
    return {};
}

std::optional<std::pair<BlockRecord, Error>> Blockchain::verify(std::uint64_t from) {
    return verify_while(from, {}).fault;
}

Verified Blockchain::verify_while(std::uint64_t from, const std::function<bool(std::uint64_t)>& go_on,
                                  BytesView kept_state) {
    constexpr std::uint64_t report_every = 64;
    Verified out;
    const auto missing = [this](std::uint64_t number) {
        BlockRecord none;
        none.number = number;
        return std::pair{none, unread("the block is missing")};
    };
    std::uint64_t number = std::max<std::uint64_t>(from, 1);
    if (number > head_.number + (from == 0 ? 1 : 0)) { return out; } // nothing to check
    const auto parent = canonical(number - 1);
    if (!parent) {
        out.fault = missing(number - 1);
        return out;
    }
    out.last = *parent;
    if (from == 0 && parent->hash != genesis_.hash) {
        out.fault = std::pair{*parent, Error{&errors::wrong_genesis, 0, 0, {}, {}}};
        return out;
    }
    StateAfter state = genesis_state();
    if (number > 1 && std::holds_alternative<State>(state)) {
        auto kept = trusted_state(kept_state, parent->number);
        state = kept && kept->block == parent->hash ? std::move(kept->state) : canonical_state(*parent);
    }
    for (; number <= head_.number; ++number) {
        if (go_on && number % report_every == 0 && !go_on(number)) {
            out.stopped = true;
            break;
        }
        auto record = canonical(number);
        if (!record || record->number != number) {
            out.fault = missing(number);
            return out;
        }
        if (auto error = verify_one(out.last, *record, state)) {
            out.fault = std::pair{*record, std::move(*error)};
            return out;
        }
        out.last = *record;
    }
    const State* const known = std::get_if<State>(&state);
    if (out.stopped && known != nullptr) { out.state = encode_kept({out.last.hash, out.last.number, *known}); }
    return out;
}

} // namespace ethpoc::chain
