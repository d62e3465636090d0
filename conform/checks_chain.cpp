// Checks of what is said about the chain: questions for it, hashes, blocks.
#include <algorithm>

#include "conform/check_functions.hpp"
#include "conform/checks.hpp"
#include "conform/reading.hpp"

namespace ethpoc::conform::check {
namespace {

using enum wire::MessageType;

/// The blocks of the last Blocks; none when there is none, or when it is empty.
std::vector<Bytes> last_blocks(const Heard& heard, const Facts& facts) {
    const HeardMessage* const message = last_answer(first_line(heard), Blocks);
    return message == nullptr ? std::vector<Bytes>{} : things_heard(*message, facts);
}

std::vector<Hash256> last_hashes(const Heard& heard, const Facts& facts) {
    const HeardMessage* const message = last_answer(first_line(heard), BlockHashes);
    return message == nullptr ? std::vector<Hash256>{} : hashes_heard(*message, facts);
}

bool is_parent_of(const Bytes& parent, const Bytes& child, const Facts& facts) {
    const auto named = parent_named_by(child);
    return named && hashes_to(parent, *named, facts);
}

/// One hash of 32 bytes or more, and a number behind them; or, without a hash, a number or nothing.
enum class QuestionForm : std::uint8_t { good, without_hash, bad };

QuestionForm form_of_question(const HeardMessage& message, const Facts& facts) {
    Bytes scratch;
    const rlp::Items items = items_heard(todays_payload(message, facts, scratch));
    std::size_t place = 0;
    for (const rlp::Item& item : items) {
        const bool last = ++place == items.size();
        const bool good =
            last || place == 1 ? item.payload_size <= Hash256::width : item.payload_size == Hash256::width;
        if (item.is_list || !good) { return QuestionForm::bad; }
    }
    if (items.size() <= 2) { return QuestionForm::without_hash; }
    return QuestionForm::good;
}

/// The block with this hash, of those that the tester asked for.
const Bytes* fetched(const std::vector<Bytes>& blocks, const Hash256& hash, const Facts& facts) {
    const auto at = std::ranges::find_if(blocks, [&](const Bytes& block) { return hashes_to(block, hash, facts); });
    return at == blocks.end() ? nullptr : &*at;
}

} // namespace

bool getchain_form(const Heard& heard, const Facts& facts, std::string_view text) {
    bool asked = false;
    bool without = false;
    for (const HeardMessage& message : first_line(heard).messages) {
        if (message.type != GetChain) { continue; }
        const QuestionForm form = form_of_question(message, facts);
        if (form == QuestionForm::bad) { return false; }
        asked = true;
        without = without || form == QuestionForm::without_hash;
    }
    return asked && without == (text == "no-hash");
}

bool first_is(const Heard& heard, const Facts& facts, std::string_view text) {
    const auto hash = hash_named(text, facts);
    const auto blocks = last_blocks(heard, facts);
    return hash && !blocks.empty() && hashes_to(blocks.front(), *hash, facts);
}

bool first_is_head(const Heard& heard, const Facts& facts, std::string_view /*text*/) {
    return first_is(heard, facts, "head");
}

bool newest_first(const Heard& heard, const Facts& facts, std::string_view /*text*/) {
    const auto blocks = last_blocks(heard, facts);
    for (std::size_t i = 1; i < blocks.size(); ++i) {
        if (!is_parent_of(blocks[i], blocks[i - 1], facts)) { return false; }
    }
    return blocks.size() > 1; // one alone has no order
}

bool oldest_first(const Heard& heard, const Facts& facts, std::string_view /*text*/) {
    const auto blocks = last_blocks(heard, facts);
    for (std::size_t i = 1; i < blocks.size(); ++i) {
        if (!is_parent_of(blocks[i - 1], blocks[i], facts)) { return false; }
    }
    return blocks.size() > 1;
}

bool blocks_are(const Heard& heard, const Facts& facts, std::string_view text) {
    const auto names = words_of(text);
    const auto blocks = last_blocks(heard, facts);
    return std::ranges::equal(blocks, names, [&](const Bytes& block, std::string_view name) {
        const auto hash = hash_named(name, facts);
        return hash && hashes_to(block, *hash, facts);
    });
}

bool any_notinchain(const Heard& heard, const Facts& /*facts*/, std::string_view /*text*/) {
    return last_answer(first_line(heard), NotInChain) != nullptr;
}

bool begins_with(const Heard& heard, const Facts& facts, std::string_view text) {
    const auto hash = hash_named(text, facts);
    const auto hashes = last_hashes(heard, facts);
    return hash && !hashes.empty() && hashes.front() == *hash;
}

bool ends_with(const Heard& heard, const Facts& facts, std::string_view text) {
    const auto hash = hash_named(text, facts);
    const auto hashes = last_hashes(heard, facts);
    return hash && !hashes.empty() && hashes.back() == *hash;
}

bool hash_chain(const Heard& heard, const Facts& facts, std::string_view /*text*/) {
    std::vector<Bytes> blocks;
    for (const HeardMessage& message : first_line(heard).messages) {
        if (message.type != Blocks || !message.ours) { continue; }
        std::ranges::move(things_heard(message, facts), std::back_inserter(blocks));
    }
    const auto hashes = last_hashes(heard, facts);
    for (std::size_t i = 1; i < hashes.size(); ++i) {
        const Bytes* const block = fetched(blocks, hashes[i - 1], facts);
        if (block == nullptr || parent_named_by(*block) != hashes[i]) { return false; }
    }
    return !hashes.empty();
}

} // namespace ethpoc::conform::check
