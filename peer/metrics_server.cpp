#include "peer/metrics_server.hpp"

#include <utility>

#include "peer/network.hpp"

namespace ethpoc::peer {

MetricsServer::MetricsServer(boost::asio::io_context& io, std::function<std::string()> text,
                             std::function<Health::Verdict()> health) :
    server_(io,
            [text = std::move(text),
             health = std::move(health)](const http::Request& request) -> std::optional<http::Answer> {
                if (request.path == "/health") {
                    const Health::Verdict verdict = health();
                    return http::Answer{"application/json", to_json(verdict), {}, verdict.well ? 200U : 503U};
                }
                if (request.path != "/metrics" && request.path != "/") { return std::nullopt; }
                return http::Answer{"text/plain; version=0.0.4; charset=utf-8", text(), {}};
            }) {}

Result<void> MetricsServer::listen(const std::string& host, std::uint16_t port) {
    const auto up = server_.listen(host, port);
    if (!up) { return std::unexpected(Error{&errors::metrics_cannot_listen, 0, 0, {}, "metrics: " + up.error()}); }
    return {};
}

} // namespace ethpoc::peer
