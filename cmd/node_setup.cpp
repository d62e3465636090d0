#include "cmd/node_setup.hpp"

#include <filesystem>
#include <fstream>
#include <random>

#include "cmd/plain_error.hpp"
#include "config/build_info.hpp"
#include "config/value.hpp"
#include "http/url.hpp"
#include "peer/control.hpp"
#include "peer/seed_list.hpp"

namespace ethpoc::cmd {

namespace {

constexpr std::uint16_t least_port = 256; // the Java client reads two bytes, always

SetupError usage(std::string sentence) {
    return {ExitCode::usage, std::move(sentence)};
}

/// The folder, and those above it, where they are missing.
std::expected<void, SetupError> make_folder(const std::string& folder) {
    std::error_code failed;
    std::filesystem::create_directories(folder, failed);
    if (!failed && !std::filesystem::is_directory(folder, failed)) {
        failed = std::make_error_code(std::errc::not_a_directory);
    }
    if (!failed) { return {}; }
    return std::unexpected(
        SetupError{ExitCode::io, "the folder " + printable(folder, 4096) + " cannot be made: " + failed.message()});
}

std::expected<peer::NodeKey, SetupError> node_key(const config::Settings& settings) {
    const bool in_memory = settings.data_dir == ":memory:";
    if (!in_memory) {
        if (auto made = make_folder(settings.data_dir); !made) { return std::unexpected(made.error()); }
    }
    if (settings.node_key.empty() && in_memory) { return peer::make_node_key(); }
    const std::string path =
        settings.node_key.empty() ? config::FilePath(settings.data_dir + "/node.key") : settings.node_key;
    if (const auto folder = std::filesystem::path(path).parent_path(); !folder.empty()) {
        if (auto made = make_folder(folder.string()); !made) { return std::unexpected(made.error()); }
    }
    auto key = peer::load_node_key(path);
    if (!key) {
        return std::unexpected(SetupError{exit_code_of(key.error()), printable(plain_sentence(key.error()), 8192)});
    }
    return *key;
}

/// A mistake in a file is its owner's, who is here to correct it.
std::expected<std::vector<std::string>, SetupError> read_seeds(const std::string& path) {
    std::ifstream file(path);
    const auto bad = [&path](const std::string& what, ExitCode code) {
        return std::unexpected(SetupError{code, "--seeds " + printable(path, 4096) + ": " + what});
    };
    if (!file) { return bad("it cannot be read", ExitCode::io); }
    constexpr std::size_t most_bytes = 1u << 20;
    std::string text(most_bytes + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (file.bad()) { return bad("it cannot be read", ExitCode::io); } // a folder
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (text.size() > most_bytes) { return bad("the file is larger than 1 MiB", ExitCode::usage); }
    std::vector<std::string> out;
    for (const peer::SeedLine& line : peer::seed_lines(text)) {
        config::Endpoint endpoint;
        if (const auto good = config::read_value(std::string(line.text), endpoint); !good) {
            return bad("line " + std::to_string(line.number) + ": " + good.error(), ExitCode::usage);
        }
        out.push_back(config::to_text(endpoint));
        if (out.size() > peer::most_seeds) { return bad("more than 10,000 addresses", ExitCode::usage); }
    }
    return out;
}

/// Nothing is fetched yet: a server that does not answer must not keep a node from starting.
std::expected<void, SetupError> add_seeds(const config::Settings& settings, peer::NodeOptions& options) {
    if (settings.seeds.empty()) { return {}; }
    if (config::is_url(settings.seeds)) {
        auto url = http::parse_url(settings.seeds);
        if (!url) { return std::unexpected(usage("--seeds " + printable(settings.seeds, 4096) + ": " + url.error())); }
        options.seed_url = std::move(*url);
        return {};
    }
    auto seeds = read_seeds(settings.seeds);
    if (!seeds) { return std::unexpected(seeds.error()); }
    options.seeds = std::move(*seeds);
    return {};
}

void copy_limits(const config::Settings& from, peer::NodeOptions& to) {
    const config::Timeouts& timeouts = from.timeouts;
    to.session.frames.max_payload = from.limits.frame.bytes;
    to.session.send_queue = from.limits.send_queue.bytes;
    to.session.answer_rate = from.limits.answer_rate.bytes;
    to.session.addresses_per_message = from.limits.addresses_per_message;
    to.session.hello_wait = timeouts.hello_wait;
    to.session.hello_wait_inbound = timeouts.hello_wait_inbound;
    to.session.handshake = timeouts.handshake;
    to.session.frame = timeouts.frame;
    to.session.ping = timeouts.ping;
    to.session.idle = timeouts.idle;
    to.session.send_stall = timeouts.send_stall;
    to.session.slow_peer = timeouts.slow_peer;
    to.session.disconnect = timeouts.disconnect;
    to.connect_timeout = timeouts.connect;
    // The store's last commit needs a moment of it.
    to.shutdown = std::max(timeouts.shutdown - std::chrono::milliseconds(500), timeouts.shutdown / 2);
    to.memory = from.limits.memory.bytes;
    to.chain_queue = from.limits.chain_queue.bytes;
    to.chain.hub.pool_bytes = from.limits.transaction_pool.bytes / to.chain.max_chains;
    to.chain.hub.transaction_bytes = from.limits.transaction.bytes;
    // A store in memory is for tests and short looks: it must not become larger than the machine bears.
    constexpr std::uint64_t most_in_memory = 256u << 20;
    to.chain.hub.store_bytes =
        std::min(from.limits.store.bytes, from.data_dir == ":memory:" ? most_in_memory : ~std::uint64_t{0});
    to.chain.hub.side_bytes = from.limits.side_chains.bytes;
    to.peers.address_book = from.limits.address_book;
    to.peers.peers_per_address = from.limits.peers_per_address;
    to.peers.peers_per_subnet = from.limits.peers_per_subnet;
    to.peers.outbound_per_subnet = from.limits.outbound_per_subnet;
    to.peers.max_inbound = from.limits.inbound;
    to.peers.exempt_loopback = from.limits.exempt_loopback.on;
    to.peers.accept_pause = timeouts.accept_pause;
    to.peers.ban_time = std::chrono::duration_cast<std::chrono::seconds>(timeouts.ban);
    to.peers.round_time = std::chrono::duration_cast<std::chrono::seconds>(from.round_time);
    to.peers.drop_to = from.drop_to;
    to.peers.allow_private = from.allow_private;
    to.peers.dialer.redial = timeouts.redial;
}

} // namespace

peer::NodeOptions limits_of(const config::Settings& settings) {
    peer::NodeOptions options;
    options.peers.max_peers = settings.max_peers;
    copy_limits(settings, options);
    return options;
}

std::vector<std::string> special_peers(const config::Settings& settings) {
    std::vector<std::string> out;
    for (const config::Endpoint& endpoint : settings.dial) {
        out.push_back(config::to_text(endpoint));
    }
    return out;
}

chain::StateCheck state_check(const config::Settings& settings) {
    return settings.state.on ? chain::StateCheck::on : chain::StateCheck::off;
}

std::string default_client_id() {
    return "ethpoc/v" + std::string(config::build_info().version);
}

ExitCode exit_code_of(const Error& error) {
    const std::string_view word = error.code->word;
    const bool machine = word.starts_with("chain.store") || word.starts_with("file.") ||
                         word.ends_with("cannot_listen") || word == "peer.key_file_unusable";
    return machine ? ExitCode::io : ExitCode::usage;
}

std::string protocol_name(const chain::Rules& rules) {
    std::string_view name = rules.name;
    if (name.starts_with("poc")) { return std::string(name); }
    name.remove_prefix(std::min(name.find_first_of("123456789"), name.size()));
    return std::string(name);
}

std::expected<const wire::Profile*, SetupError> protocol_row(const std::string& name) {
    if (name == "auto") { return nullptr; }
    if (const wire::Profile* row = wire::find_profile(name)) { return row; }
    return std::unexpected(usage("--protocol " + name +
                                 ": no such protocol; give auto, 0..30, 31..56, p2pN/ethM, or poc1 poc3 poc4 poc5 poc6 "
                                 "poc7 poc8"));
}

std::expected<std::vector<const wire::Profile*>, SetupError> protocol_rows(const std::string& name) {
    const auto row = protocol_row(name);
    if (!row) { return std::unexpected(row.error()); }
    std::vector<const wire::Profile*> out;
    if (*row == nullptr) { return out; }
    const bool bare = name.find_first_not_of("0123456789") == std::string::npos;
    if (!bare || (*row)->family == wire::Family::flat) { return std::vector{*row}; }
    for (const wire::Profile& other : wire::profiles()) {
        if (other.family == wire::Family::p2p && other.eth_version == (*row)->eth_version) { out.push_back(&other); }
    }
    return out;
}

std::expected<chain::GenesisCandidate, SetupError> named_genesis(const std::string& name,
                                                                 std::optional<std::uint32_t> version) {
    const auto bytes = chain::read_genesis(name);
    if (!bytes) { return std::unexpected(usage("--genesis " + name + ": " + plain_sentence(bytes.error()))); }
    auto genesis = chain::fit_genesis(*bytes, version);
    if (!genesis) { return std::unexpected(usage("--genesis " + name + ": " + plain_sentence(genesis.error()))); }
    return std::move(*genesis);
}

std::expected<peer::NodeOptions, SetupError> node_options(const config::Settings& settings) {
    peer::NodeOptions options;
    const auto relay = sync::relay_mode_named(settings.relay);
    if (!relay) { return std::unexpected(usage("--relay " + settings.relay + ": give all or fanout")); }
    auto protocols = protocol_rows(settings.protocol);
    if (!protocols) { return std::unexpected(protocols.error()); }
    std::optional<std::uint32_t> version;
    if (!protocols->empty()) { version = protocols->front()->chain_version(); }
    if (settings.genesis != "auto") {
        auto genesis = named_genesis(settings.genesis, version);
        if (!genesis) { return std::unexpected(genesis.error()); }
        if (!version && !genesis->genesis.premine.empty()) { // one that was made for a version
            protocols = protocol_rows(protocol_name(*genesis->rules));
            if (protocols && !protocols->empty()) { version = protocols->front()->chain_version(); }
        }
        options.chain.genesis = std::move(genesis->genesis);
        options.chain.rules = genesis->rules;
    }
    if (protocols->size() == 1) { options.peers.dialer.protocol = protocols->front(); }
    if (protocols->size() > 1) { options.peers.dialer.among = *protocols; }
    options.chain.default_version = version.value_or(default_version);
    options.chain.any_chain = !version;
    options.chain.data_dir = settings.data_dir;
    options.chain.state = state_check(settings);
    auto key = node_key(settings);
    if (!key) { return std::unexpected(key.error()); }
    options.key = *key;
    options.peers.client_id = settings.client_id.empty() ? default_client_id() : settings.client_id;
    options.peers.network_id = U256(settings.network_id);
    options.peers.max_peers = settings.max_peers;
    options.peers.dialer.seed = std::random_device{}();
    options.peers.seed = std::random_device{}();
    if (settings.data_dir != ":memory:") {
        options.peer_file = std::string(settings.data_dir) + "/" + std::string(peer::peer_file_name);
    }
    if (auto seeds = add_seeds(settings, options); !seeds) { return std::unexpected(seeds.error()); }
    options.chain.hub.relay = *relay;
    options.chain.hub.relay_fanout = settings.relay_fanout;
    options.chain.hub.seed = std::random_device{}();
    options.listen_host.reset();
    if (settings.listen) {
        options.listen_host = settings.listen->host;
        options.listen_port = settings.listen->port;
        if (settings.listen->port >= least_port) { options.peers.listen_port = settings.listen->port; }
    }
    options.dial = special_peers(settings);
    if (settings.data_dir != ":memory:") {
        options.control_socket = settings.data_dir + "/" + std::string(peer::control_socket_name);
    }
    if (settings.metrics) { options.metrics.emplace(settings.metrics->host, settings.metrics->port); }
    copy_limits(settings, options);
    return options;
}

} // namespace ethpoc::cmd
