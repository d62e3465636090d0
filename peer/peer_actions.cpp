// PeerManager: what the chain wants done.
#include <algorithm>

#include "peer/peer_manager.hpp"
#include "rlp/hex.hpp"
#include "wire/codec.hpp"
#include "wire/reasons.hpp"

namespace ethpoc::peer {

namespace reason = wire::reason;

namespace {

HeadRef head_ref(const chain::BlockRecord& record) {
    return {record.number, record.hash};
}

} // namespace

void PeerManager::carry_out(sync::Action action) {
    std::visit([this](auto& a) { carry_out(a); }, action);
}

void PeerManager::carry_out(sync::action::Send& action) {
    Session* session = find(action.to);
    if (session == nullptr) { return; }
    session->send(action.type, std::move(action.frame), action.relay);
    transport_.flush(action.to);
}

void PeerManager::carry_out(sync::action::Relay& action) {
    for (const wire::ConnectionId id : action.to) {
        Session* session = find(id);
        if (session == nullptr) { continue; }
        session->send(action.type, action.frame, true);
        transport_.flush(id);
    }
}

void PeerManager::carry_out(sync::action::Drop& action) {
    end_session(action.peer, action.reason, std::move(action.why));
}

void PeerManager::carry_out(sync::action::Stored& action) {
    observers_.tell(event::Block{ref(action.peer), &action.record, action.rules, action.rlp, action.arrived});
}

void PeerManager::carry_out(sync::action::Imported& action) {
    if (Entry* const from = action.blocks > 0 ? entry(action.peer) : nullptr) {
        from->last_block = transport_.now();
        from->head = action.head.hash;
        from->head_number = action.head.number;
    }
    observers_.tell(event::Imported{ref(action.peer), action.blocks, head_ref(action.head)});
}

void PeerManager::carry_out(sync::action::Reorg& action) {
    observers_.tell(event::Reorganised{head_ref(action.from), head_ref(action.to), action.left, action.joined});
}

void PeerManager::carry_out(sync::action::Synced& action) {
    observers_.tell(event::Synced{ref(action.peer), head_ref(action.head)});
}

void PeerManager::carry_out(sync::action::NoCommonBlock& action) {
    const std::string ours = to_hex(action.genesis);
    const std::string theirs = action.end ? to_hex(*action.end) : std::string();
    observers_.tell(event::Differs{ref(action.peer), Difference::no_common_block, ours, theirs});
}

void PeerManager::carry_out(sync::action::TransactionSeen& action) {
    if (Entry* const from = entry(action.peer)) { from->last_transaction = transport_.now(); }
    observers_.tell(event::Transaction{ref(action.peer), action.hash, action.sender});
}

void PeerManager::carry_out(sync::action::Rejected& action) {
    // Offsets count from the first byte of the block or transaction; the path says which item of the message it was,
    // after the id.
    const bool transaction = action.type == wire::MessageType::Transactions;
    const std::string place = action.index ? join_path("payload", index_path(*action.index + 1))
                                           : std::string(transaction ? "transaction" : "block");
    const Error error = std::move(action.error).moved(0, place);
    observers_.tell(event::Malformed{ref(action.peer), &error, {}});
    Session* session = find(action.peer);
    if (session == nullptr) { return; }
    if (session->note_rejected()) { end_session(action.peer, reason::useless_peer, "sends what breaks the rules"); }
    if (Session* const there = find(action.peer)) {
        offended(*there, transaction ? Offence::bad_transaction : Offence::bad_block);
    }
}

void PeerManager::carry_out(sync::action::Useless& action) {
    Session* session = find(action.peer);
    if (session == nullptr) { return; }
    if (session->note_rejected()) {
        end_session(action.peer, reason::useless_peer, "sends " + std::string(action.why));
    }
    constexpr std::size_t most_counted = 10; // of one message
    for (std::size_t i = 0; i < std::min(action.items, most_counted); ++i) {
        if (Session* const there = find(action.peer)) { offended(*there, Offence::cheap_blocks); }
    }
}

void PeerManager::carry_out(sync::action::Mined& action) {
    observers_.tell(event::Mined{&action.record, action.transactions, action.uncles, action.head});
}

void PeerManager::carry_out(sync::action::Idle& action) {
    observers_.tell(event::MinerIdle{&action.error});
}

void PeerManager::carry_out(sync::action::StateUnknown& action) {
    observers_.tell(event::StateUnknown{head_ref(action.head), action.from, action.because});
}

void PeerManager::carry_out(sync::action::Failed& action) {
    observers_.tell(event::StoreFailed{&action.error});
}

} // namespace ethpoc::peer
