#include "peer/control.hpp"

#include <algorithm>
#include <charconv>

#include "http/query.hpp"
#include "peer/ban_list.hpp"
#include "peer/control_json.hpp"

namespace ethpoc::peer {

namespace {

constexpr std::size_t longest_reason = 200; // bytes
constexpr std::int64_t longest_ban = 100LL * 365 * 24 * 3600;

http::Answer json(std::string body, unsigned status = 200) {
    return {"application/json", std::move(body), {}, status};
}

http::Answer refusal(std::string_view sentence, unsigned status = 400) {
    return json(error_json(sentence), status);
}

http::Answer done(const ControlPort::Done& how) {
    return how ? json("{\"done\":true}\n") : refusal(how.error(), 404);
}

// ---------------------------------------------------------------- what is seen

http::Answer show_node(ControlPort& port, const http::Request&) {
    return json(to_json(port.node()));
}
http::Answer show_peers(ControlPort& port, const http::Request&) {
    return json(to_json(port.peers(), port.special()));
}
http::Answer show_known(ControlPort& port, const http::Request&) {
    return json(to_json(port.known()));
}
http::Answer show_bans(ControlPort& port, const http::Request&) {
    return json(to_json(port.bans()));
}

http::Answer show_peer(ControlPort& port, const std::string& endpoint) {
    auto peers = port.peers();
    std::erase_if(peers, [&](const PeerInfo& peer) { return peer.endpoint != endpoint; });
    const auto book = port.known();
    const auto row = std::ranges::find(book, endpoint, &KnownAddress::endpoint);
    if (peers.empty() && row == book.end()) {
        return refusal(printable(endpoint) + " is neither connected nor known", 404);
    }
    return json(to_json(peers, row == book.end() ? nullptr : &*row));
}

// ---------------------------------------------------------------- what is done

std::string peer_of(const http::Request& request) {
    return http::query_value(request.query, "peer").value_or("");
}

http::Answer add_peer(ControlPort& port, const http::Request& request) {
    const std::string peer = peer_of(request);
    if (!is_endpoint(peer)) { return refusal("peer is to be HOST:PORT, as in 192.0.2.1:30303"); }
    return done(port.add(peer, http::query_value(request.query, "special").value_or("0") == "1"));
}

http::Answer remove_peer(ControlPort& port, const http::Request& request) {
    const std::string peer = peer_of(request);
    if (!is_endpoint(peer)) { return refusal("peer is to be HOST:PORT, as in 192.0.2.1:30303"); }
    return done(port.remove(peer));
}

http::Answer ban_peer(ControlPort& port, const http::Request& request) {
    const auto scope = parse_scope(peer_of(request));
    if (!scope) { return refusal("peer is to be an IP address, with a port or without"); }
    std::int64_t seconds = std::chrono::seconds(usual_ban).count();
    if (const auto given = http::query_value(request.query, "for")) {
        const auto [end, error] = std::from_chars(given->data(), given->data() + given->size(), seconds);
        const bool number = error == std::errc{} && end == given->data() + given->size();
        if (!number || seconds <= 0 || seconds > longest_ban) {
            return refusal("for is to be a number of seconds from 1 to " + std::to_string(longest_ban));
        }
    }
    const std::string reason = http::query_value(request.query, "reason").value_or("banned by hand");
    return done(port.ban(*scope, std::chrono::seconds(seconds), printable(reason, longest_reason)));
}

http::Answer unban_peer(ControlPort& port, const http::Request& request) {
    const auto scope = parse_scope(peer_of(request));
    if (!scope) { return refusal("peer is to be an IP address, with a port or without"); }
    return done(port.unban(*scope));
}

struct Route {
    std::string_view method;
    std::string_view path;
    http::Answer (*answer)(ControlPort&, const http::Request&);
};

constexpr Route routes[] = {
    {"GET", "/status", show_node},    {"GET", "/peers", show_peers},        {"GET", "/known", show_known},
    {"GET", "/bans", show_bans},      {"POST", "/peers/add", add_peer},     {"POST", "/peers/remove", remove_peer},
    {"POST", "/peers/ban", ban_peer}, {"POST", "/peers/unban", unban_peer},
};

} // namespace

std::optional<http::Answer> answer(ControlPort& port, const http::Request& request) {
    const auto* const route = std::ranges::find(routes, request.path, &Route::path);
    if (route != std::end(routes)) {
        if (request.method != route->method) {
            return refusal(std::string(route->path) + " is for " + std::string(route->method), 405);
        }
        return route->answer(port, request);
    }
    constexpr std::string_view one_peer = "/peers/";
    if (request.method != "GET" || !request.path.starts_with(one_peer)) { return std::nullopt; }
    return show_peer(port, http::percent_decode(request.path.substr(one_peer.size())));
}

ControlServer::ControlServer(boost::asio::io_context& io, ControlPort& port) :
    server_(
        io, [&port](const http::Request& request) { return answer(port, request); }, http::Methods::get_and_post) {}

} // namespace ethpoc::peer
