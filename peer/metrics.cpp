#include "peer/metrics.hpp"

#include "wire/frame.hpp"

namespace ethpoc::peer {

namespace {

constexpr std::array<std::string_view, 2> ways{"in", "out"};
constexpr std::array<std::string_view, 4> enders{"us", "them", "timeout", "error"};

class Page {
  public:
    void family(std::string_view name, std::string_view type, std::string_view help) {
        name_ = name;
        text_.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ");
        text_.append(name).append(" ").append(type).append("\n");
    }
    void sample(std::string_view labels, std::uint64_t value) {
        text_.append(name_);
        if (!labels.empty()) { text_.append("{").append(labels).append("}"); }
        text_.append(" ").append(std::to_string(value)).append("\n");
    }
    void single(std::string_view name, std::string_view type, std::string_view help, std::uint64_t value) {
        family(name, type, help);
        sample({}, value);
    }
    std::string take() { return std::move(text_); }

  private:
    std::string_view name_{};
    std::string text_{};
};

std::string label(std::string_view name, std::string_view value) {
    return std::string(name).append("=\"").append(value).append("\"");
}

} // namespace

void Metrics::on(const event::Message& message) {
    const auto way = static_cast<std::size_t>(message.way);
    ++messages_[way][static_cast<std::size_t>(message.type)];
    bytes_[way] += wire::frame_header_size + message.payload.size();
}

void Metrics::on(const event::Latency& latency) {
    ++pongs_;
    waited_ += latency.round_trip;
}

std::string Metrics::text(std::uint64_t head_number) const {
    Page page;
    page.family("ethpoc_messages_total", "counter", "Messages by type and direction.");
    for (std::size_t way = 0; way < ways.size(); ++way) {
        for (std::size_t type = 0; type < messages_[way].size(); ++type) {
            if (messages_[way][type] == 0) { continue; }
            const auto name = wire::name_of(static_cast<wire::MessageType>(type));
            page.sample(label("type", name) + "," + label("direction", ways[way]), messages_[way][type]);
        }
    }
    page.family("ethpoc_bytes_total", "counter", "Bytes of whole frames by direction.");
    for (std::size_t way = 0; way < ways.size(); ++way) {
        page.sample(label("direction", ways[way]), bytes_[way]);
    }
    page.family("ethpoc_disconnects_total", "counter", "Connections that ended, by who ended them.");
    for (std::size_t by = 0; by < enders.size(); ++by) {
        page.sample(label("initiator", enders[by]), ended_[by]);
    }
    page.family("ethpoc_decode_errors_total", "counter", "Malformed input by error code.");
    for (const auto& [code, count] : malformed_) {
        page.sample(label("code", code), count);
    }
    page.single("ethpoc_blocks_imported_total", "counter", "Blocks verified and stored.", blocks_);
    page.single("ethpoc_reorgs_total", "counter", "Times that the head moved to another branch.", reorgs_);
    page.single("ethpoc_transactions_total", "counter", "New transactions seen.", transactions_);
    page.single("ethpoc_relay_shed_total", "counter", "Relayed messages that slow peers did not get.", shed_);
    page.single("ethpoc_requests_delayed_total", "counter",
                "Messages after which a peer that was too fast is read later.", delayed_);
    page.single("ethpoc_pongs_total", "counter", "Pings of ours that were answered.", pongs_);
    page.single("ethpoc_pong_wait_microseconds_total", "counter", "Time until those answers came, in all.",
                static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(waited_).count()));
    page.family("ethpoc_peers", "gauge", "Connections by state.");
    page.sample(label("state", "ready"), queues_.ready);
    page.sample(label("state", "greeting"), queues_.connections - std::min(queues_.ready, queues_.connections));
    page.single("ethpoc_queue_bytes", "gauge", "Bytes that wait for the chain thread.", queues_.to_chain);
    page.single("ethpoc_send_queue_bytes", "gauge", "Bytes that wait for the sockets of peers.", queues_.to_peers);
    page.single("ethpoc_head_number", "gauge", "Number of the head of the default chain.", head_number);
    return page.take();
}

} // namespace ethpoc::peer
