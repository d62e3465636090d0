// The metrics text is what Prometheus reads, and counts what happened.
#include "peer/metrics.hpp"

#include <map>
#include <regex>
#include <set>
#include <sstream>

#include <doctest/doctest.h>

#include "wire/frame.hpp"

using namespace ethpoc;
using namespace ethpoc::peer;

namespace {

/// A small reader of text format 0.0.4: samples by name and labels; a fault ends it.
struct Exposition {
    std::map<std::string, double> samples{};
    std::string fault{};
};

Exposition parse(const std::string& text) {
    static const std::regex help(R"(# HELP ([a-z_]+) [A-Z][^\n]*\.)");
    static const std::regex type(R"(# TYPE ([a-z_]+) (counter|gauge))");
    static const std::regex sample(R"(([a-z_]+)(\{[a-z]+="[^"\\]*"(,[a-z]+="[^"\\]*")*\})? ([0-9]+))");
    Exposition out;
    std::set<std::string> families;
    std::string family;
    std::string line;
    std::istringstream in(text);
    std::smatch part;
    if (!text.ends_with('\n')) { out.fault = "no line end"; }
    while (std::getline(in, line) && out.fault.empty()) {
        if (std::regex_match(line, part, help)) {
            family = part[1];
            if (!families.insert(family).second) { out.fault = "twice: " + line; }
        } else if (std::regex_match(line, part, type)) {
            if (part[1] != family) { out.fault = "type of another: " + line; }
            if ((part[2] == "counter") != family.ends_with("_total")) { out.fault = "name of a counter: " + line; }
        } else if (std::regex_match(line, part, sample)) {
            if (part[1] != family) { out.fault = "sample of another: " + line; }
            if (!out.samples.emplace(part[1].str() + part[2].str(), std::stod(part[4])).second) {
                out.fault = "sample twice: " + line;
            }
        } else {
            out.fault = "no such line: " + line;
        }
    }
    return out;
}

} // namespace

TEST_CASE("metrics: an unused node has a page that can be read") {
    const auto page = parse(Metrics{}.text(0));
    CHECK(page.fault.empty());
    CHECK(page.samples.at("ethpoc_blocks_imported_total") == 0);
    CHECK(page.samples.at("ethpoc_peers{state=\"ready\"}") == 0);
}

TEST_CASE("metrics: everything that happens is counted") {
    Metrics metrics;
    const PeerRef peer{1, "192.0.2.1:1", Direction::inbound};
    const Bytes payload(12);
    for (std::size_t i = 0; i <= wire::message_type_count; ++i) {
        metrics.on(event::Message{peer, Way::in, static_cast<wire::MessageType>(i), payload, nullptr, {}});
    }
    metrics.on(event::Message{peer, Way::out, wire::MessageType::Ping, payload, nullptr, {}});
    for (const EndedBy by : {EndedBy::us, EndedBy::them, EndedBy::timeout, EndedBy::error, EndedBy::error}) {
        metrics.on(event::Disconnected{peer, by, {}, "\"quoted\"\n"});
    }
    const Error error{&wire::errors::bad_token, 0, 4, "frame", "\"\n"};
    metrics.on(event::Malformed{peer, &error, {}});
    metrics.on(event::Malformed{peer, &error, {}});
    metrics.on(event::Imported{peer, 32, {}});
    metrics.on(event::Reorganised{});
    metrics.on(event::Transaction{peer, {}, {}});
    metrics.on(event::Shed{peer, wire::MessageType::Blocks});
    metrics.on(event::Latency{peer, std::chrono::microseconds(300)});
    metrics.on(event::Latency{peer, std::chrono::microseconds(21)});
    metrics.on(event::Queues{.to_chain = 1000, .to_peers = 50, .connections = 5, .ready = 3});

    const auto page = parse(metrics.text(77));
    CHECK(page.fault.empty());
    const auto& samples = page.samples;
    CHECK(samples.at("ethpoc_messages_total{type=\"Ping\",direction=\"in\"}") == 1);
    CHECK(samples.at("ethpoc_messages_total{type=\"Unknown\",direction=\"in\"}") == 1);
    CHECK(samples.at("ethpoc_messages_total{type=\"Ping\",direction=\"out\"}") == 1);
    CHECK(samples.at("ethpoc_bytes_total{direction=\"out\"}") == 20);
    CHECK(samples.at("ethpoc_bytes_total{direction=\"in\"}") == 20 * (wire::message_type_count + 1));
    CHECK(samples.at("ethpoc_disconnects_total{initiator=\"error\"}") == 2);
    CHECK(samples.at("ethpoc_disconnects_total{initiator=\"them\"}") == 1);
    CHECK(samples.at("ethpoc_decode_errors_total{code=\"frame.bad_token\"}") == 2);
    CHECK(samples.at("ethpoc_blocks_imported_total") == 32);
    CHECK(samples.at("ethpoc_reorgs_total") == 1);
    CHECK(samples.at("ethpoc_transactions_total") == 1);
    CHECK(samples.at("ethpoc_relay_shed_total") == 1);
    CHECK(samples.at("ethpoc_peers{state=\"ready\"}") == 3);
    CHECK(samples.at("ethpoc_peers{state=\"greeting\"}") == 2);
    CHECK(samples.at("ethpoc_pongs_total") == 2);
    CHECK(samples.at("ethpoc_pong_wait_microseconds_total") == 321);
    CHECK(samples.at("ethpoc_queue_bytes") == 1000);
    CHECK(samples.at("ethpoc_send_queue_bytes") == 50);
    CHECK(samples.at("ethpoc_head_number") == 77);
}
