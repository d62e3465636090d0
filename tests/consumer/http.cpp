// ethpoc::http alone, with a socket: nothing of the peer is needed to serve a page.
#include <boost/asio/io_context.hpp>

#include "http/server.hpp"

int main() {
    boost::asio::io_context context;
    ethpoc::http::Server server(context, [](const ethpoc::http::Request&) {
        return ethpoc::http::Answer{"text/plain", "here", {}};
    });
    const auto address = server.listen("127.0.0.1", 0);
    server.stop();
    context.run();
    return address ? 0 : 1;
}
