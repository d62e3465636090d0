#include "cmd/tx_send.hpp"

#include <nlohmann/json.hpp>

#include "chain/keccak.hpp"
#include "cmd/chain_open.hpp"
#include "cmd/signals.hpp"
#include "cmd/view/chain_json.hpp"
#include "cmd/view/log.hpp"
#include "peer/node.hpp"

namespace ethpoc::cmd {

namespace {

/// Sees the transaction go, and the peer stay or leave.
class TxWatch final : public peer::ObserverOf<TxWatch> {
  public:
    std::function<void()> sent_now = [] {};
    std::function<void()> over = [] {};

    void on(const peer::event::Hello& event) {
        client_ = printable(event.greeting->hello.client_id, 128);
        greeted_ = true;
    }
    void on(const peer::event::Message& event) {
        if (event.type != wire::MessageType::Transactions || event.way != peer::Way::out) { return; }
        const auto items = rlp::list_items(event.payload); // the id, and the transaction
        if (sent_ || !items || items->size() < 2) { return; }
        hash_ = chain::keccak256((*items)[items->size() - 1].whole());
        sent_ = true;
        sent_now();
    }
    void on(const peer::event::ConnectFailed& event) {
        why_ = std::string(event.why);
        unreachable_ = true;
        over();
    }
    void on(const peer::event::Disconnected& event) {
        // Versions are guessed side by side; and the last one to leave are we.
        if (!greeted_ || event.by == peer::EndedBy::us) { return; }
        left_ = true;
        why_ = printable(event.reason, 256);
        over();
    }

    bool greeted_ = false;
    bool sent_ = false;
    bool left_ = false;
    bool unreachable_ = false;
    Hash256 hash_{};
    std::string client_{};
    std::string why_{};
};

std::string outcome(const TxWatch& watch, const std::string& peer) {
    if (watch.unreachable_ && !watch.greeted_) { return peer + " cannot be reached: " + watch.why_; }
    if (!watch.greeted_) { return peer + " did not say Hello"; }
    if (!watch.sent_) { return peer + " (" + watch.client_ + ") was not told: its version has other transactions"; }
    return peer + " (" + watch.client_ + ") left after the transaction" + (watch.why_.empty() ? "" : ": " + watch.why_);
}

} // namespace

ExitCode send_transactions(Context& context, const config::Flags& flags, Delivery delivery) {
    const auto profile =
        config::profile_layer("tx send", {{"listen", "none"}, {"data-dir", ":memory:"}, {"dial", delivery.peer}});
    auto resolved = load_settings(context, flags, profile);
    if (!resolved) { return resolved.error(); }
    resolved->settings.data_dir = config::FilePath(":memory:"); // the chain there may be in use, and is not needed
    auto options = node_options(resolved->settings);
    if (!options) {
        context.out.refuse("input.usage", options.error().sentence);
        return options.error().code;
    }
    options->dial.resize(1);
    options->peers.dialer.keep_dialling = false;
    options->chain.hub.own_transactions = delivery.transactions;
    LogObserver log(context.out, resolved->settings.log_level, resolved->settings.log_format);
    TxWatch watch;
    peer::Node node(std::move(*options), {&watch, &log});
    const StopSignal signal([&node] { node.stop(); });
    constexpr auto grace = std::chrono::seconds(1);
    watch.sent_now = [&node, grace] { node.after(grace, [&node] { node.stop(); }); };
    watch.over = [&node] { node.stop(); };
    if (const auto opened = node.open(); !opened) {
        return refuse_to_start(context, resolved->settings, opened.error());
    }
    node.after(std::chrono::milliseconds(static_cast<std::int64_t>(delivery.seconds * 1000)), [&node] { node.stop(); });
    node.run();
    if (watch.sent_ && !watch.left_) {
        if (context.out.json()) {
            context.out.document({{"sent", true},
                                  {"peer", delivery.peer},
                                  {"client_id", watch.client_},
                                  {"hash", hex_text(watch.hash_)}});
        } else {
            context.out.text("told " + printable(delivery.peer) + " (" + watch.client_ + ") of transaction " +
                             hex_text(watch.hash_) + "\n");
        }
        return signal.exit_code(ExitCode::done);
    }
    context.out.refuse("tx.not_sent", outcome(watch, printable(delivery.peer)));
    return signal.exit_code(watch.unreachable_ && !watch.greeted_ ? ExitCode::io : ExitCode::negative);
}

} // namespace ethpoc::cmd
