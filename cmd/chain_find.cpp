// ethpoc chain find: which blocks hold a transaction or name an account, and which hashes begin with some digits.
#include "chain/u256.hpp"
#include "cmd/chain_commands.hpp"
#include "cmd/chain_open.hpp"
#include "cmd/chain_walk.hpp"
#include "cmd/view/amount.hpp"
#include "cmd/view/block_page.hpp"
#include "cmd/view/chain_json.hpp"
#include "rlp/hex.hpp"

namespace ethpoc::cmd {

namespace {

using nlohmann::ordered_json;

constexpr std::size_t address_digits = 40;
constexpr std::size_t public_key_digits = 130; // where Go has one as coinbase
constexpr std::size_t hash_digits = 64;
constexpr std::size_t least_digits = 4;

/// Hex digits: the beginning of a hash, and an account where there are as many as an address has.
struct Query {
    std::string digits;
    bool is_prefix = false;
    Bytes address{}; // empty: it is none

    static std::optional<Query> read(std::string text) {
        if (text.starts_with("0x") || text.starts_with("0X")) { text.erase(0, 2); }
        Query out{text, text.size() >= least_digits && text.size() <= hash_digits};
        // A digit in front, or none, makes whole bytes of it.
        auto bytes = from_hex_digits(text.size() % 2 == 0 ? text : '0' + text);
        if (!bytes || 2 * bytes->size() != text.size() + text.size() % 2) { return {}; }
        out.digits = to_hex(*bytes).substr(text.size() % 2);
        if (text.size() == address_digits || text.size() == public_key_digits) { out.address = std::move(*bytes); }
        return out.is_prefix || !out.address.empty() ? std::optional(std::move(out)) : std::nullopt;
    }
    bool begins(const Hash256& hash) const { return is_prefix && to_hex(hash).starts_with(digits); }
    bool names(BytesView account) const { return !address.empty() && std::ranges::equal(account, address); }
};

/// Where something was found. Text and JSON are made at once, since what they show goes away with the block.
struct Find {
    ordered_json json;
    std::string text;
};

class Search {
  public:
    Search(chain::Blockchain& chain, const Query& query, std::uint64_t most) :
        chain_(chain), query_(query), most_(most) {}

    void look_at(const chain::BlockRecord& record, BytesView rlp) {
        ++blocks_;
        record_ = &record;
        canonical_.reset();
        if (query_.begins(record.hash)) { found("block", "block ", {}, {}); }
        const auto facts = read_facts(chain_.rules(), record.number, rlp);
        if (!facts) {
            ++unreadable_;
            return;
        }
        for (std::size_t i = 0; i < facts->transactions.size(); ++i) {
            look_at_transaction(i, facts->transactions[i]);
        }
        if (query_.address.empty()) { return; }
        if (query_.names(facts->block.header.coinbase) && canonical()) {
            found("coinbase", "coinbase of block ", {}, {});
        }
        for (std::size_t i = 0; i < facts->uncles.size(); ++i) {
            const auto& header = facts->uncles[i].header;
            if (!header || !query_.names(header->coinbase) || !canonical()) { continue; }
            found("uncle", "coinbase of uncle " + std::to_string(i) + " of block ",
                  {{"index", i}, {"hash", hex_text(facts->uncles[i].hash)}},
                  page_row("uncle", hex_text(facts->uncles[i].hash)));
        }
    }

    const std::vector<Find>& finds() const noexcept { return finds_; }
    std::uint64_t blocks() const noexcept { return blocks_; }
    std::uint64_t unreadable() const noexcept { return unreadable_; }
    std::uint64_t more() const noexcept { return more_; }

  private:
    bool canonical() {
        if (!canonical_) { canonical_ = chain_.is_canonical(*record_); }
        return *canonical_;
    }

    void look_at_transaction(std::size_t index, const TransactionFacts& transaction) {
        const char* kind = nullptr;
        const char* words = "transaction ";
        std::optional<Address> sender;
        if (query_.begins(transaction.hash)) {
            kind = "transaction";
        } else if (!query_.address.empty() && canonical()) {
            sender = transaction.sender();
            if (sender && query_.names(*sender)) {
                kind = "sender";
                words = "sender of transaction ";
            } else if (query_.names(transaction.fields.to)) {
                kind = "receiver";
                words = "receiver of transaction ";
            }
        }
        if (kind == nullptr) { return; }
        if (finds_.size() == most_) { // nothing of it will be shown
            ++more_;
            return;
        }
        ordered_json json = transaction_json(transaction);
        for (const char* const left_out : {"nonce", "gas_price", "gas", "data", "rlp"}) {
            json.erase(left_out);
        }
        json["index"] = index;
        found(kind, words + std::to_string(index) + " of block ", json, transaction_rows(chain_.rules(), transaction));
    }

    void found(const char* kind, const std::string& words, const ordered_json& more, const std::string& rows) {
        if (finds_.size() == most_) {
            ++more_;
            return;
        }
        Find find{{{"kind", kind},
                   {"number", record_->number},
                   {"block_hash", hex_text(record_->hash)},
                   {"canonical", canonical()}},
                  words + std::to_string(record_->number) + (canonical() ? "\n" : ", on a side chain\n") +
                      page_row("block hash", hex_text(record_->hash)) + rows + '\n'};
        if (more.is_object()) { find.json.update(more); }
        finds_.push_back(std::move(find));
    }

    chain::Blockchain& chain_;
    const Query& query_;
    std::uint64_t most_;
    const chain::BlockRecord* record_ = nullptr; // at which it looks
    std::optional<bool> canonical_{};            // whether that is in the chain of the head, once it was asked
    std::vector<Find> finds_{};
    std::uint64_t blocks_ = 0;
    std::uint64_t unreadable_ = 0;
    std::uint64_t more_ = 0;
};

void print_finds(Context& context, const Query& query, const Search& search, bool stopped) {
    if (context.out.json()) {
        ordered_json list = ordered_json::array();
        for (const Find& find : search.finds()) {
            list.push_back(find.json);
        }
        ordered_json out{{"query", "0x" + query.digits},
                         {"found", std::move(list)},
                         {"searched_blocks", search.blocks()},
                         {"more", search.more()}};
        if (stopped) { out["stopped"] = true; }
        context.out.document(out);
        return;
    }
    for (const Find& find : search.finds()) {
        context.out.text(find.text);
    }
    if (search.more() != 0) {
        context.out.text("and " + std::to_string(search.more()) + " more; --count shows them\n");
    }
}

} // namespace

ExitCode run_chain_find(Context& context, const config::Settings& settings, const ChainOptions& given) {
    const auto query = Query::read(given.what);
    if (!query) {
        context.out.refuse("input.usage",
                           printable(given.what) + " is no address, and not 4 to 64 hex digits of a hash");
        return ExitCode::usage;
    }
    const auto opened = open_chain(context, settings);
    if (!opened) { return opened.error(); }
    chain::Blockchain& chain = *opened->chain;
    ChainWalk walk(context);
    walk.begin("searching", 0, chain.size());
    Search search(chain, *query, given.count);
    chain.walk([&](const chain::BlockRecord& record, BytesView rlp) {
        search.look_at(record, rlp);
        return walk.go_on(search.blocks());
    });
    walk.end();
    if (const auto failed = reading_failed(context, *opened)) { return *failed; }
    print_finds(context, *query, search, walk.stopped());
    if (search.unreadable() != 0) {
        context.out.complain(plural(search.unreadable(), "block") + " could not be read, see `ethpoc chain verify`");
    }
    const bool any = !search.finds().empty() || search.more() != 0;
    if (walk.stopped()) {
        context.out.complain("stopped after " + plural(search.blocks(), "block"));
    } else if (!any) {
        context.out.complain("nothing in " + plural(search.blocks(), "block") + " has to do with 0x" + query->digits);
    }
    return walk.exit_code(any ? ExitCode::done : ExitCode::negative);
}

} // namespace ethpoc::cmd
