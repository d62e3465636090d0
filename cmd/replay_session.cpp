#include "cmd/replay_session.hpp"

#include <algorithm>
#include <map>

#include "peer/peer_manager.hpp"
#include "show/dissect.hpp"
#include "sync/chain_thread.hpp"

namespace ethpoc::cmd {

namespace {

class NoTransport final : public peer::Transport {
  public:
    void flush(wire::ConnectionId) override {}
    void dial(peer::DriverOwner&, const std::string&, std::chrono::milliseconds) override {}
    peer::Time now() const override { return {}; }
};

/// What one side said in the recording.
struct Heard final : wire::ConversationListener {
    explicit Heard(wire::Side wanted) : side(wanted) {}
    void said(const wire::Said& said) override {
        if (said.from != side) { return; }
        if (said.profile != nullptr) { profile = said.profile; }
        const auto type = show::type_of(said);
        messages.push_back({type, Bytes(said.payload.begin(), said.payload.end())});
        if (const auto* blocks = said.message != nullptr ? std::get_if<wire::Blocks>(said.message) : nullptr) {
            for (const rlp::Item& block : blocks->items) {
                own_blocks.emplace_back(block.whole().begin(), block.whole().end());
            }
        }
    }
    void garbage(wire::Side, const Error&) override {}

    wire::Side side;
    const wire::Profile* profile = nullptr;
    std::vector<SpokenMessage> messages{};
    std::vector<Bytes> own_blocks{};
    std::size_t unfinished = 0; // bytes of an unfinished frame of the other side
};

class Collector final : public peer::ObserverOf<Collector> {
  public:
    explicit Collector(ReplayResult& result) : result_(result) {}
    void on(const peer::event::Message& message) {
        result_.heard += message.way == peer::Way::in ? 1 : 0;
        if (message.way == peer::Way::in) { return; }
        said.push_back({message.type, Bytes(message.payload.begin(), message.payload.end())});
    }
    void on(const peer::event::Malformed& event) {
        const Error& error = *event.error;
        const BytesView payload = event.payload;
        // Rules of a chain that we do not have are no fault of the conversation.
        if (error.code->word.starts_with("chain.")) { return; }
        result_.malformed.push_back(error.message() + " in " +
                                    to_hex(payload.first(std::min<std::size_t>(payload.size(), 32))));
    }
    std::vector<SpokenMessage> said{};

  private:
    ReplayResult& result_;
};

/// The longest common subsequence of two conversations, by type; what stands outside of it, or inside with other bytes,
/// is a difference.
std::vector<Difference> compare(const std::vector<SpokenMessage>& recorded, const std::vector<SpokenMessage>& ours) {
    constexpr std::size_t most = 1'500; // messages that are aligned; longer recordings are compared up to there
    const std::size_t n = std::min(recorded.size(), most);
    const std::size_t m = std::min(ours.size(), most);
    std::vector<std::vector<std::uint16_t>> best(n + 1, std::vector<std::uint16_t>(m + 1, 0));
    for (std::size_t i = n; i-- > 0;) {
        for (std::size_t j = m; j-- > 0;) {
            const bool same = recorded[i].type == ours[j].type;
            best[i][j] =
                same ? static_cast<std::uint16_t>(best[i + 1][j + 1] + 1) : std::max(best[i + 1][j], best[i][j + 1]);
        }
    }
    std::vector<Difference> out;
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < n || j < m) {
        if (i < n && j < m && recorded[i].type == ours[j].type) {
            if (recorded[i].payload != ours[j].payload) { out.push_back({recorded[i], ours[j]}); }
            ++i;
            ++j;
        } else if (j == m || (i < n && best[i + 1][j] >= best[i][j + 1])) {
            out.push_back({recorded[i++], {}});
        } else {
            out.push_back({{}, ours[j++]});
        }
    }
    return out;
}

/// Our side of the connection: the real manager and the real chain, without threads and sockets.
class Stage {
  public:
    Stage(const Heard& part, wire::Side as, const ReplayOptions& options, ReplayResult& result) :
        collector_(result), from_chain_(std::size_t{64} << 20, {}), to_chain_(std::size_t{64} << 20),
        chain_(chain_options(part, options), to_chain_, from_chain_),
        manager_(manager_options(part), options_, chain_, to_chain_, observers_, transport_),
        session_(manager_, options_, 1, as == wire::Side::dialer ? peer::Direction::outbound : peer::Direction::inbound,
                 "recording:0") {
        [[maybe_unused]] const auto opened = chain_.open(); // in memory; it cannot be refused
        std::vector<BytesView> blocks(part.own_blocks.begin(), part.own_blocks.end());
        chain_.seed(blocks, sync::wall_seconds());
        manager_.add(session_);
    }

    /// The connection was made so many `seconds` after the recording began.
    void start(double seconds) {
        now_ = at(seconds);
        session_.start(now_);
        pump();
    }
    /// Lets the clock run up to `seconds` of the recording.
    void advance(double seconds) {
        const auto target = at(seconds);
        while (!session_.ended() && session_.deadline() <= target) {
            now_ = std::max(now_, session_.deadline());
            session_.tick(now_);
            pump();
            now_ += std::chrono::milliseconds(1);
        }
        now_ = std::max(now_, target);
    }
    void hear(BytesView bytes) {
        session_.receive(bytes, now_);
        pump();
    }
    peer::Session& session() { return session_; }
    const std::vector<SpokenMessage>& said() const { return collector_.said; }

  private:
    static peer::Time at(double seconds) {
        return peer::Time{} + std::chrono::hours(1) +
               std::chrono::microseconds(static_cast<std::int64_t>(seconds * 1e6));
    }
    static sync::ManagerOptions chain_options(const Heard& part, const ReplayOptions& options) {
        sync::ManagerOptions out;
        if (part.profile != nullptr) { out.default_version = part.profile->chain_version(); }
        out.genesis = options.genesis;
        return out;
    }
    static peer::PeerManagerOptions manager_options(const Heard& part) {
        peer::PeerManagerOptions out;
        out.dialer.protocol = part.profile;
        out.node_id.bytes.fill(0x42); // any will do; the same one each time gives the same report each time
        return out;
    }

    /// What was said reaches the chain, and its answers are written, until nothing moves.
    void pump() {
        bool moved = true;
        while (moved) {
            moved = false;
            chain_.drain(now_, sync::wall_seconds());
            while (auto action = from_chain_.try_pop()) {
                manager_.carry_out(std::move(*action));
                moved = true;
            }
            while (session_.writable(now_) != nullptr) {
                session_.wrote(now_);
                moved = true;
            }
        }
    }

    peer::SessionOptions options_{};
    Collector collector_;
    peer::Observers observers_{&collector_};
    NoTransport transport_{};
    sync::NetworkProxy from_chain_;
    sync::ChainProxy to_chain_;
    sync::ChainManager chain_;
    peer::PeerManager manager_;
    peer::Session session_;
    peer::Time now_ = at(0);
};

/// What `as` said on the connection. What was said before a Hello is read as the version that the Hello names later.
Heard heard_of(const record::SessionFile& file, std::uint64_t connection, wire::Side as) {
    const auto read = [&](wire::Conversation conversation) {
        Heard part(as);
        for (const record::SessionLine& line : file.lines) {
            if (line.connection != connection || line.bytes.empty()) { continue; }
            conversation.feed(*line.from, line.bytes, part);
        }
        part.profile = part.profile != nullptr ? part.profile : conversation.profile();
        part.unfinished = conversation.left_over(wire::other(as));
        return part;
    };
    const Heard first = read(wire::Conversation{});
    return first.profile != nullptr ? read(wire::Conversation{first.profile}) : first;
}

} // namespace

ReplayResult replay(const record::SessionFile& file, std::uint64_t connection, wire::Side as,
                    const ReplayOptions& options) {
    ReplayResult result{connection, as};
    const Heard part = heard_of(file, connection, as);
    result.profile = part.profile;
    result.recorded = part.messages.size();
    Stage stage(part, as, options, result);
    const auto opened = std::ranges::find(file.lines, connection, &record::SessionLine::connection);
    stage.start(opened == file.lines.end() ? 0 : opened->seconds);
    bool cut = false;
    for (const record::SessionLine& line : file.lines) {
        cut = cut || line.event == "recording cut here";
        if (line.connection != connection || !line.from || *line.from == as) { continue; }
        stage.advance(line.seconds);
        BytesView rest = line.bytes;
        while (!rest.empty() && !stage.session().ended()) {
            const std::size_t n = options.fragment == 0 ? rest.size() : std::min(options.fragment, rest.size());
            stage.hear(rest.first(n));
            rest = rest.subspan(n);
        }
    }
    if (!cut) { result.unexplained_bytes = part.unfinished; }
    const peer::Phase phase = stage.session().phase();
    const peer::End& end = stage.session().how_it_ended();
    if ((phase == peer::Phase::ended || phase == peer::Phase::closing) && end.by != peer::EndedBy::them) {
        result.refused = end;
    }
    result.said = stage.said().size();
    result.differences = compare(part.messages, stage.said());
    return result;
}

} // namespace ethpoc::cmd
