#include "peer/metrics_server.hpp"

#include <utility>

#include "peer/network.hpp"

namespace ethpoc::peer {

MetricsServer::MetricsServer(boost::asio::io_context& io, std::function<std::string()> text) :
    server_(io, [text = std::move(text)](std::string_view path) -> std::optional<http::Answer> {
        if (path != "/metrics" && path != "/") { return std::nullopt; }
        return http::Answer{"text/plain; version=0.0.4; charset=utf-8", text(), {}};
    }) {}

Result<void> MetricsServer::listen(const std::string& host, std::uint16_t port) {
    const auto up = server_.listen(host, port);
    if (!up) { return std::unexpected(Error{&errors::cannot_listen, 0, 0, {}, "metrics: " + up.error()}); }
    return {};
}

} // namespace ethpoc::peer
