#include "show/describe.hpp"

namespace ethpoc::show {

namespace {

std::string number(const U256& value) {
    return value.fits_u64() ? std::to_string(value.saturated()) : std::string("more than 2^64");
}

std::string first_hash(const rlp::Items& hashes) {
    return hashes.empty() ? std::string() : " from " + short_hash((*hashes.begin()).payload());
}

/// One overload for each message that has something to say beside its name.
struct Describer {
    template <class Plain>
    std::string operator()(const Plain&) const {
        return {};
    }
    std::string operator()(const wire::Hello& hello) const {
        std::string out = "version " + std::to_string(hello.version) + " \"" + printable(hello.client_id, 60) + "\"";
        out += " port " + std::to_string(hello.listen_port);
        return hello.node_id.empty() ? out + " no id" : out + " id " + short_hash(hello.node_id);
    }
    std::string operator()(const wire::Disconnect& message) const {
        if (!message.reason) { return "no reason"; }
        std::string out = "reason " + std::to_string(*message.reason);
        const std::string_view text = wire::reason_text(set, wire::Reason{*message.reason});
        return text.empty() ? out : out.append(" (").append(text).append(")");
    }
    std::string operator()(const wire::Peers& message) const { return plural(message.entries.size(), "entry"); }
    std::string operator()(const wire::Transactions& message) const {
        return plural(message.items.size(), "transaction");
    }
    std::string operator()(const wire::Blocks& message) const { return plural(message.items.size(), "block"); }
    std::string operator()(const wire::GetChain& message) const {
        return plural(message.hashes.size(), "hash") + first_hash(message.hashes) + ", at most " +
               number(message.count);
    }
    std::string operator()(const wire::NotInChain& message) const { return short_hash(message.hash); }
    std::string operator()(const wire::GetBlockHashes& message) const {
        return "from " + short_hash(message.hash) + ", at most " + number(message.limit);
    }
    std::string operator()(const wire::BlockHashes& message) const {
        return plural(message.hashes.size(), "hash") + first_hash(message.hashes);
    }
    std::string operator()(const wire::GetBlocks& message) const {
        return plural(message.hashes.size(), "hash") + first_hash(message.hashes);
    }
    std::string operator()(const wire::Status& message) const {
        return "eth " + std::to_string(message.version) + ", total difficulty " + number(message.total_difficulty) +
               ", head " + short_hash(message.best_hash) + ", genesis " + short_hash(message.genesis_hash);
    }
    std::string operator()(const wire::NewBlock& message) const {
        std::string out = plural(message.block.whole().size(), "byte");
        if (message.total_difficulty) { out += ", total difficulty " + number(*message.total_difficulty); }
        return out;
    }
    std::string operator()(const wire::ShhStatus& message) const { return "shh " + std::to_string(message.version); }
    std::string operator()(const wire::ShhMessages& message) const { return plural(message.items.size(), "envelope"); }
    std::string operator()(const wire::Unknown& message) const { return "id " + std::to_string(message.id); }

    wire::ReasonSet set;
};

} // namespace

std::string short_hash(BytesView hash) {
    constexpr std::size_t shown = 4;
    return to_hex(hash.first(std::min(hash.size(), shown)));
}

std::string describe(const wire::Profile* profile, BytesView payload, const wire::IdOffsets& offsets) {
    Bytes scratch;
    if (wire::looks_like_hello(payload)) {
        const auto greeting = wire::decode_greeting(payload, scratch);
        if (greeting) { return Describer{wire::ReasonSet::flat}(greeting->hello); }
        return "malformed: " + greeting.error().message();
    }
    if (profile == nullptr) { return plural(payload.size(), "byte"); }
    const auto message = wire::decode(*profile, payload, scratch, offsets, wire::OddEntries::skip);
    if (!message) { return "malformed: " + message.error().message(); }
    return std::visit(Describer{profile->reasons}, *message);
}

} // namespace ethpoc::show
