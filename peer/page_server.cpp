#include "peer/page_server.hpp"

#include "peer/http_server.hpp"

namespace ethpoc::peer {

struct PageServer::Parts {
    explicit Parts(std::string html) :
        server(io, [page = std::move(html)](std::string_view path) -> std::optional<HttpAnswer> {
            if (path != "/" && path != "/index.html") { return std::nullopt; }
            return HttpAnswer{"text/html; charset=utf-8", page,
                              "Content-Security-Policy: default-src 'none'; script-src 'unsafe-inline'; "
                              "style-src 'unsafe-inline'\r\n"};
        }) {}

    boost::asio::io_context io{1};
    HttpServer server;
};

PageServer::PageServer(std::string html) : parts_(std::make_unique<Parts>(std::move(html))) {}

PageServer::~PageServer() = default;

Result<std::string> PageServer::open(const std::string& host, std::uint16_t port) {
    if (auto up = parts_->server.listen(host, port, "the page"); !up) { return std::unexpected(std::move(up.error())); }
    return parts_->server.address();
}

void PageServer::run() {
    parts_->io.run();
}

void PageServer::stop() {
    parts_->io.stop();
}

} // namespace ethpoc::peer
