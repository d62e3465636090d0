#include "cmd/send_client.hpp"

#include <algorithm>

#include "peer/versions.hpp"
#include "wire/frame.hpp"

namespace ethpoc::cmd {
namespace {

/// Nobody is there who could answer.
class NoChain final : public wire::ChainPort {
  public:
    void add_transactions(wire::ConnectionId, const wire::Transactions&) override {}
    void add_blocks(wire::ConnectionId, const wire::Blocks&) override {}
    void add_new_block(wire::ConnectionId, const wire::NewBlock&) override {}
    void add_block_hashes(wire::ConnectionId, const wire::BlockHashes&) override {}
    void not_in_chain(wire::ConnectionId, const wire::NotInChain&) override {}
    void request_chain(wire::ConnectionId, const wire::GetChain&) override {}
    void request_block_hashes(wire::ConnectionId, const wire::GetBlockHashes&) override {}
    void request_blocks(wire::ConnectionId, const wire::GetBlocks&) override {}
    void request_transactions(wire::ConnectionId) override {}
};

} // namespace

SendClient::SendClient(SendOptions options, peer::DriverLoop& loop, const peer::Observers& observers) :
    options_(std::move(options)), loop_(loop), observers_(observers), guess_(options_.protocol) {
    if (guess_ == nullptr) { guess_ = peer::guesses(peer::Direction::outbound).front(); }
}

void SendClient::dial() {
    observers_.tell(peer::event::Connecting{options_.endpoint});
    loop_.transport().dial(*this, options_.endpoint, std::chrono::milliseconds(0));
}

void SendClient::send(Bytes bytes) {
    if (session_ == nullptr || bytes.size() < wire::frame_header_size) { return; }
    const auto said = show::dissect_frame(bytes, speech_).message.type.value_or(wire::MessageType::Unknown);
    // What harms this client is left out by a session, unless it does not know what it is: here it is asked for.
    const bool never = session_->quirks().never.contains(said);
    session_->send(never ? wire::MessageType::Unknown : said, std::make_shared<const Bytes>(std::move(bytes)));
    loop_.transport().flush(session_->id());
}

void SendClient::leave() {
    if (leaving_) { return; }
    leaving_ = true;
    if (session_ == nullptr) { return on_over(); }
    session_->end(wire::reason::client_quitting, "client quitting");
    loop_.transport().flush(session_->id());
}

std::unique_ptr<peer::Driver> SendClient::connected(wire::ConnectionId id, peer::Direction direction,
                                                    std::string endpoint) {
    auto session = std::make_unique<peer::Session>(*this, options_.session, id, direction, std::move(endpoint));
    session_ = session.get();
    observers_.tell(peer::event::Connected{session->ref()});
    return session;
}

void SendClient::closed(wire::ConnectionId /*id*/) {
    if (session_ != nullptr) {
        const peer::End& end = session_->how_it_ended();
        observers_.tell(peer::event::Disconnected{session_->ref(), end.by, end.reason, end.why});
    }
    const wire::Profile* const next = was_ready_ || leaving_ || session_ == nullptr ? nullptr : next_guess(*session_);
    if (next == nullptr) {
        session_ = nullptr;
        return on_over();
    }
    said_.push_back(guess_);
    guess_ = next;
    observers_.tell(peer::event::Retry{session_->ref(), next->name, session_->how_it_ended().why});
    session_ = nullptr;
    dial();
}

/// The version that their Hello said, else the next that nobody has tried.
const wire::Profile* SendClient::next_guess(const peer::Session& session) const {
    if (options_.protocol != nullptr) { return nullptr; }
    const auto is_new = [this](const wire::Profile* row) {
        return row != nullptr && row != guess_ && std::ranges::find(said_, row) == said_.end();
    };
    if (is_new(session.their_profile())) { return session.their_profile(); }
    const auto list = peer::guesses(peer::Direction::outbound, session.heard_before_hello());
    const auto found = std::ranges::find_if(list, is_new);
    return found != list.end() ? *found : nullptr;
}

void SendClient::dial_failed(const std::string& endpoint, std::string_view why) {
    unreachable_ = true;
    observers_.tell(peer::event::ConnectFailed{endpoint, why});
    on_over();
}

peer::SessionHost::Guess SendClient::guess(const peer::Session& /*session*/) {
    const bool fixed = options_.protocol != nullptr;
    return {guess_, fixed || !said_.empty(), fixed};
}

Hash256 SendClient::genesis_of(const peer::Session& session, const wire::Profile& profile) const {
    if (options_.genesis) { return options_.genesis->hash; }
    const Hash256& theirs = session.remote().genesis_hash;
    return theirs == Hash256{} ? chain::genesis_for(profile.chain_version()).hash : theirs;
}

wire::HelloOut SendClient::our_hello(const peer::Session& session, const wire::Profile& profile) {
    wire::HelloOut out = options_.hello;
    out.genesis_hash = genesis_of(session, profile);
    out.best_hash = out.genesis_hash;
    return out;
}

wire::Status SendClient::our_status(const peer::Session& session) {
    const wire::Profile& profile = *session.profile();
    const Hash256 genesis = genesis_of(session, profile);
    return {profile.eth_version, options_.hello.network_id, U256{}, genesis, genesis};
}

void SendClient::ready(peer::Session& session) {
    if (was_ready_) { return; }
    was_ready_ = true;
    speech_ = {session.profile(), session.offsets(), false, session.profile()->dialect == rlp::Dialect::item_counted};
    loop_.post([this] { on_ready(); });
}

wire::ChainPort& SendClient::chain(peer::Time /*arrived*/) {
    static NoChain none;
    return none;
}

} // namespace ethpoc::cmd
