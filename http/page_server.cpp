#include "http/page_server.hpp"

#include <boost/asio/io_context.hpp>

#include "http/server.hpp"

namespace ethpoc::http {

struct PageServer::Impl {
    explicit Impl(std::string html) :
        server(io, [page = std::move(html)](const Request& request) -> std::optional<Answer> {
            if (request.path != "/" && request.path != "/index.html") { return std::nullopt; }
            return Answer{"text/html; charset=utf-8",
                          page,
                          {{"Content-Security-Policy",
                            "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'"}}};
        }) {}

    boost::asio::io_context io{1};
    Server server;
};

PageServer::PageServer(std::string html) : impl_(std::make_unique<Impl>(std::move(html))) {}

PageServer::~PageServer() = default;

std::expected<std::string, std::string> PageServer::open(const std::string& host, std::uint16_t port) {
    return impl_->server.listen(host, port);
}

void PageServer::run() {
    impl_->io.run();
}

void PageServer::stop() {
    impl_->io.stop();
}

} // namespace ethpoc::http
