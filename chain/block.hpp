// Blocks in place: header, transactions, uncles as views into the block's RLP, by the layouts of a Rules row.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "chain/rules.hpp"
#include "rlp/decode.hpp"

namespace ethpoc::chain {

/// How many bytes the bloom has: 64, from 2015-03-03 on 256 (spec CHAIN 2).
constexpr std::size_t bloom_bytes(HeaderLayout layout) noexcept {
    return layout == HeaderLayout::h16 ? 256 : 64;
}

/// The union of all layouts; members that a layout lacks stay empty. Views into the block.
struct Header {
    Hash256 parent_hash{};
    BytesView uncles_hash{};
    BytesView coinbase{}; // 20 bytes; 65 from Go up to protocol 8
    BytesView state_root{};
    BytesView transactions_root{};
    BytesView receipts_root{};
    BytesView log_bloom{};
    U256 difficulty{};
    std::uint64_t number = 0; // h9 has none: the store counts
    U256 min_gas_price{};
    std::uint64_t gas_limit = 0;
    std::uint64_t gas_used = 0;
    std::uint64_t timestamp = 0; // Unix seconds
    BytesView extra_data{};
    BytesView seed_hash{};
    BytesView mix_hash{};
    BytesView nonce{};
    rlp::Item raw{}; // the header's own RLP
    /// Keccak of the preimage and the nonce, where decode_blocks() has computed it; of these very fields.
    std::optional<Hash256> work{};
};

/// One block, taken apart one level deep. All views are of the block's bytes, which somebody else owns.
struct Block {
    Header header{};
    rlp::Items transactions{}; // entries, raw
    rlp::Items uncles{};       // headers, raw
    Hash256 hash{};            // by Rules::hash_of
};

/// Takes one block apart; checks structure only. Errors: rlp.*, chain.bad_header, with offset and path inside `block`.
Result<Block> decode_block(const Rules& rules, BytesView block);
/// The same for each of several, in their order. What they are hashed for is hashed side by side (keccak256_each), the
/// proof of work too: Header::work.
std::vector<Result<Block>> decode_blocks(const Rules& rules, std::span<const BytesView> blocks);
/// The fields of a header by the layout of the rules; their widths are checked, nothing else. Errors: rlp.*,
/// chain.bad_header.
Result<Header> decode_header(const Rules& rules, const rlp::Item& header);
/// The other way: the fields that the layout has. `raw` is not looked at.
Bytes encode_header(HeaderLayout layout, const Header& header);
/// The item of the field `name` ("gas_limit"), for error offsets; the header itself when the layout lacks it. Linear.
rlp::Item header_field(HeaderLayout layout, const Header& header, std::string_view name);
/// The hash alone, when the block was checked before (or is only to be looked up).
Result<Hash256> block_hash(const Rules& rules, BytesView block);
/// Keccak of the header's fields without the nonce (spec CHAIN 4).
Hash256 proof_of_work_preimage(const Header& header);
Hash256 proof_of_work_preimage(const Rules& rules, const Header& header); // also in the RLP of January 2014
/// U256(keccak(preimage ‖ nonce32)) <= floor(2^256 / difficulty) (spec CHAIN 5).
bool proof_of_work_holds(const Header& header) noexcept;
/// Fills in Header::work of each. Not for the rules of HashOf::counted_block.
void compute_work(std::span<Header* const> headers);
/// The same with the preimage that the rules have.
bool proof_of_work_holds(const Rules& rules, const Header& header);

/// One place in a block's list of transactions.
struct Entry {
    rlp::Item transaction{};
    BytesView state_root{};     // EntryForm::with_state only
    std::uint64_t gas_used = 0; // of this and all before it; EntryForm::with_state only
};
/// Errors: rlp.*, offsets count from `entry.begin`.
Result<Entry> decode_entry(EntryForm form, const rlp::Item& entry);

/// A transaction by the fields of its layout; those that it lacks are empty. Views of its bytes.
struct Transaction {
    std::uint64_t nonce = 0;
    BytesView to{}; // empty or 20 zero bytes: creates a contract
    U256 value{};
    U256 gas_price{}; // t8: the fee
    U256 gas{};
    BytesView data{}; // t8, t7, t9_calls: payload of the list of words
    BytesView init{}; // t9a only
    std::uint8_t v = 0;
    BytesView r{};
    BytesView s{};
};

/// Structure only. Errors: rlp.*, chain.bad_transaction, with offset and path inside `transaction`.
Result<Transaction> decode_transaction(TransactionLayout layout, BytesView transaction);
/// The other way, for a transaction that names a receiver. Layouts that have a list of words for data take `data` as
/// the payload of that list; what a layout lacks is not written.
Bytes encode_transaction(TransactionLayout layout, const Transaction& transaction);
/// What the signature signs: Keccak of the list of all fields before v. Errors: rlp.*, chain.bad_transaction.
Result<Hash256> signing_hash(BytesView transaction);
/// Who signed it (last 20 bytes of the Keccak of the public key); nothing when the signature cannot be recovered: such
/// a transaction kills every Go client and must never be relayed (spec QUIRKS 0.9).
std::optional<Address> recover_sender(TransactionLayout layout, BytesView transaction);

/// A transaction with its signature, as it goes into blocks and messages: v, r and s of `transaction` are not looked
/// at. The same key and fields give the same bytes (RFC 6979). `secret`: below the order of the curve and not zero, or
/// nothing comes back.
std::optional<Bytes> sign_transaction(TransactionLayout layout, const Transaction& transaction, const Hash256& secret);

} // namespace ethpoc::chain
