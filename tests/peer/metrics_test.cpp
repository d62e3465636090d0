// The metrics text is what Prometheus reads, and counts what happened.
#include "peer/metrics.hpp"

#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "chain/genesis.hpp"
#include "peer/health.hpp"
#include "wire/frame.hpp"

using namespace ethpoc;
using namespace ethpoc::peer;

namespace {

/// A small reader of text format 0.0.4: samples by name and labels; a fault ends it.
struct PageReader {
    std::map<std::string, double> samples{};
    std::set<std::string> families{};
    std::string fault{};
};

/// What a line of this family may be called.
bool belongs(const std::string& name, const std::string& family, const std::string& type) {
    if (type != "histogram") { return name == family; }
    return name == family + "_bucket" || name == family + "_sum" || name == family + "_count";
}

PageReader parse(const std::string& text) {
    static const std::regex help(R"(# HELP ([a-z_]+) [A-Z0-9][^\n]*\.)");
    static const std::regex type(R"(# TYPE ([a-z_]+) (counter|gauge|histogram))");
    static const std::regex sample(R"(([a-z_]+)(\{[a-z]+="[^"\\]*"(,[a-z]+="[^"\\]*")*\})? ([0-9.]+(e-[0-9]+)?))");
    PageReader out;
    std::string family;
    std::string kind;
    std::string line;
    std::istringstream in(text);
    std::smatch part;
    if (!text.ends_with('\n')) { out.fault = "no line end"; }
    while (std::getline(in, line) && out.fault.empty()) {
        if (std::regex_match(line, part, help)) {
            family = part[1];
            if (!out.families.insert(family).second) { out.fault = "twice: " + line; }
        } else if (std::regex_match(line, part, type)) {
            kind = part[2];
            if (part[1] != family) { out.fault = "type of another: " + line; }
            if ((kind == "counter") != family.ends_with("_total")) { out.fault = "name of a counter: " + line; }
        } else if (std::regex_match(line, part, sample)) {
            if (!belongs(part[1], family, kind)) { out.fault = "sample of another: " + line; }
            if (!out.samples.emplace(part[1].str() + part[2].str(), std::stod(part[4])).second) {
                out.fault = "sample twice: " + line;
            }
        } else {
            out.fault = "no such line: " + line;
        }
    }
    return out;
}

/// A node with three connections, one of which has not shaken hands.
Census some_census() {
    Census out;
    out.node.head_number = 77;
    out.node.to_chain = 1000;
    out.node.to_peers = 50;
    out.node.connections = 3;
    out.node.ready = 2;
    out.node.uptime = std::chrono::milliseconds(2500);
    out.tried = 4;
    out.fresh = 9;
    out.bans = 1;
    PeerInfo peer;
    peer.endpoint = "192.0.2.1:1";
    peer.client_id = "Ethereum(++)/v0.5.6";
    peer.protocol = "17";
    peer.ready = true;
    peer.rate_in = 10;
    peer.score = 30;
    peer.queue_limit = 100;
    peer.queued_bytes = 25;
    peer.latency = std::chrono::milliseconds(20);
    out.peers.push_back(peer);
    peer.direction = Direction::outbound;
    peer.special = true;
    peer.rate_in = 2.5;
    peer.score = 0;
    peer.queued_bytes = 0;
    peer.latency.reset();
    out.peers.push_back(peer);
    peer = {};
    peer.client_id = "\"}\n# HELP";
    out.peers.push_back(peer);
    return out;
}

} // namespace

TEST_CASE("metrics: an unused node has a page that can be read") {
    const auto page = parse(Metrics{}.text({}));
    CHECK(page.fault == "");
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
    metrics.on(event::Connecting{"192.0.2.1:1"});
    metrics.on(event::ConnectFailed{"192.0.2.1:1", "no"});
    metrics.on(event::Connected{peer});

    const auto page = parse(metrics.text(some_census()));
    CHECK(page.fault == "");
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
    CHECK(samples.at("ethpoc_dials_total") == 1);
    CHECK(samples.at("ethpoc_dial_failures_total") == 1);
    CHECK(samples.at("ethpoc_connections_total{direction=\"inbound\"}") == 1);
    CHECK(samples.at("ethpoc_peers{state=\"ready\"}") == 2);
    CHECK(samples.at("ethpoc_peers{state=\"greeting\"}") == 1);
    CHECK(samples.at("ethpoc_pongs_total") == 2);
    CHECK(samples.at("ethpoc_pong_wait_seconds_bucket{le=\"0.0005\"}") == 2);
    CHECK(samples.at("ethpoc_pong_wait_seconds_bucket{le=\"+Inf\"}") == 2);
    CHECK(samples.at("ethpoc_pong_wait_seconds_count") == 2);
    CHECK(samples.at("ethpoc_pong_wait_seconds_sum") == doctest::Approx(0.000321));
    CHECK(samples.at("ethpoc_queue_bytes") == 1000);
    CHECK(samples.at("ethpoc_send_queue_bytes") == 50);
    CHECK(samples.at("ethpoc_head_number") == 77);
}

TEST_CASE("metrics: what is as it is when it is asked for") {
    const auto page = parse(Metrics{}.text(some_census()));
    CHECK(page.fault == "");
    const auto& samples = page.samples;
    CHECK(samples.at("ethpoc_peers_by_client{client=\"C++\",direction=\"inbound\"}") == 1);
    CHECK(samples.at("ethpoc_peers_by_client{client=\"C++\",direction=\"outbound\"}") == 1);
    CHECK(samples.at("ethpoc_peers_by_protocol{protocol=\"17\"}") == 2);
    CHECK(samples.at("ethpoc_special_peers") == 1);
    CHECK(samples.at("ethpoc_bytes_per_second{direction=\"in\"}") == 12.5);
    CHECK(samples.at("ethpoc_peer_bytes_per_second{direction=\"in\",of=\"max\"}") == 10);
    CHECK(samples.at("ethpoc_peer_bytes_per_second{direction=\"in\",of=\"median\"}") == 2.5);
    CHECK(samples.at("ethpoc_peer_latency_seconds{of=\"min\"}") == 0.02);
    CHECK(samples.at("ethpoc_peer_queue_fill_ratio{of=\"max\"}") == 0.25);
    CHECK(samples.at("ethpoc_peer_score{of=\"max\"}") == 30);
    CHECK(samples.at("ethpoc_known_addresses{table=\"tried\"}") == 4);
    CHECK(samples.at("ethpoc_known_addresses{table=\"new\"}") == 9);
    CHECK(samples.at("ethpoc_bans") == 1);
    CHECK(samples.at("ethpoc_uptime_seconds") == 2.5);
    CHECK(samples.at("ethpoc_healthy") == 1);
    // What one peer adds is bounded: a thousand of them make no more lines than three.
    Census many = some_census();
    for (int i = 0; i < 1000; ++i) {
        many.peers.push_back(many.peers.front());
        many.peers.back().endpoint = "192.0.2.2:" + std::to_string(i);
        many.peers.back().client_id = "C++/" + std::to_string(i);
    }
    CHECK(parse(Metrics{}.text(many)).samples.size() <= samples.size() + 2); // by client: two directions of another
}

TEST_CASE("metrics: the dashboard asks only for what is told") {
    std::ifstream file(std::string(ETHPOC_SOURCE_DIR) + "/config/grafana/ethpoc.json");
    const auto board = nlohmann::json::parse(file);
    const auto told = parse(Metrics{}.text({})).families;
    std::set<std::string> asked;
    static const std::regex word("ethpoc_[a-z_]+");
    for (const auto& panel : board["panels"]) {
        for (const auto& target : panel["targets"]) {
            const auto expression = target["expr"].get<std::string>();
            for (std::sregex_iterator at(expression.begin(), expression.end(), word), end; at != end; ++at) {
                asked.insert(std::regex_replace(at->str(), std::regex("_seconds_bucket$"), "_seconds"));
            }
        }
    }
    CHECK(asked.size() > 20);
    for (const std::string& name : asked) {
        CAPTURE(name);
        CHECK(told.contains(name));
    }
    for (const std::string& name : told) { // and leaves nothing out
        CAPTURE(name);
        CHECK(asked.contains(name));
    }
}

TEST_CASE("health: a node is well while its store works, its chain answers and somebody can reach it") {
    Health health;
    Health::Facts facts{.listen = "127.0.0.1:30303", .peers = 1, .head = 5};
    CHECK(health.judge(facts).well);
    CHECK(health.judge(facts).sentence == "The node is well: listening on 127.0.0.1:30303, 1 peer, head #5.");
    facts.listen.clear();
    CHECK(health.judge(facts).well);
    facts.peers = 0;
    CHECK_FALSE(health.judge(facts).well);
    facts.peers = 2;
    facts.chain_silent = chain_patience;
    CHECK(health.judge(facts).well);
    facts.chain_silent += std::chrono::seconds(1);
    CHECK_FALSE(health.judge(facts).well);
    CHECK(health.judge(facts).sentence == "The chain thread has not answered for 31 s.");
    facts.chain_silent = {};
    const Error full{&chain::errors::store_full, 0, 0, {}, "\"\n"};
    health.on(event::StoreFailed{&full});
    CHECK(to_json(health.judge(facts)) ==
          "{\"well\":false,\"sentence\":\"The store has failed (chain.store_full); see the log.\"}\n");
}
