#include "peer/metrics_server.hpp"

#include <utility>

namespace ethpoc::peer {

MetricsServer::MetricsServer(boost::asio::io_context& io, std::function<std::string()> text) :
    server_(io, [text = std::move(text)](std::string_view path) -> std::optional<HttpAnswer> {
        if (path != "/metrics" && path != "/") { return std::nullopt; }
        return HttpAnswer{"text/plain; version=0.0.4; charset=utf-8", text(), {}};
    }) {}

} // namespace ethpoc::peer
