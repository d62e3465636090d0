// What was heard, in the words of the grammar.
#include <algorithm>

#include "conform/expectation.hpp"
#include "conform/reading.hpp"

namespace ethpoc::conform {
namespace {

/// "<=12ms", rounded up.
std::string time_words(Since at) {
    return "<=" + std::to_string(std::chrono::ceil<std::chrono::milliseconds>(at).count()) + "ms";
}

std::string entries_words(std::string_view name, const HeardMessage& message, const Facts& facts) {
    return std::string(name) + "(" + std::to_string(entries_heard(message, facts).value_or(0)) + ")";
}

/// Empty: what the target says on its own and nobody asks for.
std::string message_words(const HeardMessage& message, const Facts& facts) {
    using enum wire::MessageType;
    if (!message.readable) { return "unreadable"; }
    Bytes scratch;
    switch (message.type) {
    case Hello:
        return "hello";
    case Pong:
        return "pong";
    case Status:
        return "status";
    case Peers:
        return "peers";
    case Transactions:
        return "txs";
    case GetChain:
        return "getchain";
    case GetBlockHashes:
        return "getblockhashes";
    case GetBlocks:
        return "getblocks";
    case Blocks:
        return entries_words("blocks", message, facts);
    case BlockHashes:
        return entries_words("hashes", message, facts);
    case NotInChain: {
        const auto read = message_heard(message, facts, scratch);
        const auto* const unknown = read ? std::get_if<wire::NotInChain>(&*read) : nullptr;
        return unknown == nullptr ? "unreadable" : "notinchain(h'" + to_hex(unknown->hash) + "')";
    }
    case Disconnect: {
        const auto read = message_heard(message, facts, scratch);
        const auto* const disconnect = read ? std::get_if<wire::Disconnect>(&*read) : nullptr;
        const bool said = disconnect != nullptr && disconnect->reason;
        return (said ? "disc(" + std::to_string(*disconnect->reason) + ")" : "disc") + time_words(message.at);
    }
    case Ping:
    case GetPeers:
    case GetTransactions:
    case NewBlock:
    case ShhStatus:
    case ShhMessages:
    case Unknown:
        break;
    }
    return {};
}

/// The messages, in their order. Pong in a row are counted; of own talk in a row one is enough.
class Wording {
  public:
    void add(const std::string& word, bool own) {
        if (word == last_ && word == "pong") {
            ++times_;
            return;
        }
        if (word.empty() || (word == last_ && own)) { return; }
        flush();
        last_ = word;
        times_ = 1;
    }

    bool empty() const noexcept { return out_.empty() && last_.empty(); }

    std::string take() {
        flush();
        return std::move(out_);
    }

  private:
    void flush() {
        if (last_.empty()) { return; }
        if (!out_.empty()) { out_ += ','; }
        out_ += last_;
        if (times_ > 1) { out_ += "*" + std::to_string(times_); }
        last_.clear();
    }

    std::string out_{};
    std::string last_{};
    std::size_t times_ = 1;
};

/// How it ended, where that is not said by a Disconnect before it.
std::string end_words(const HeardLine& line, bool something_said, std::optional<Since> disconnected_at) {
    if (line.ending == Ending::ours) { return something_said ? "" : "closed by us"; }
    if (ended_by_target(line)) {
        const bool prompt = disconnected_at && line.ended_at - *disconnected_at <= disconnect_grace;
        return prompt ? "" : "close" + time_words(line.ended_at);
    }
    if (disconnected_at) { return line.barrier ? "ignore" : "hold"; }
    if (line.barrier) { return something_said ? "" : "ignore"; }
    if (!something_said) { return line.messages.empty() && !line.asked ? "silence" : "hold"; }
    return line.asked ? "hold" : "";
}

} // namespace

std::string in_words(const HeardLine& line, const Facts& facts) {
    if (!line.connected) { return "not connected"; }
    Wording words;
    bool hello = false;
    std::optional<Since> disconnected_at; // by the last word
    const auto first = std::ranges::find(line.messages, wire::MessageType::Hello, &HeardMessage::type);
    const bool active = line.barrier && line.greeted && !ended_by_target(line) && first != line.messages.end() &&
                        !first->before_stimulus;
    if (line.no_frames) { words.add("no frames", false); }
    if (active) { words.add("active", false); }
    for (const HeardMessage& message : line.messages) {
        const bool first_hello = message.type == wire::MessageType::Hello && !hello;
        hello = hello || first_hello;
        if (message.before_stimulus || message.ours || (first_hello && active)) { continue; }
        const std::string word = message_words(message, facts);
        if (!word.empty()) { disconnected_at.reset(); }
        if (message.type == wire::MessageType::Disconnect) { disconnected_at = message.at; }
        words.add(word, first_hello || is_own_talk(message, facts));
    }
    const std::string end = end_words(line, !words.empty(), disconnected_at);
    words.add(end, false);
    return words.take();
}

} // namespace ethpoc::conform
