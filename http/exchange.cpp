#include "http/exchange.hpp"

#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

#include "http/version.hpp"

namespace ethpoc::http {

namespace protocol = boost::beast::http;
using boost::system::error_code;

namespace {
constexpr std::size_t read_at_once = 64u << 10; // bytes; the header of an answer has to fit into an eighth of it
constexpr std::uint32_t most_header = 8u << 10;
} // namespace

Exchange::Exchange(boost::asio::io_context& io, const std::string& method, const std::string& host,
                   const std::string& target, const std::string& body, std::uint64_t most) :
    socket(io),
    request(protocol::string_to_verb(method), target, http_1_1, body), buffer(read_at_once) {
    request.set(protocol::field::host, host);
    request.set(protocol::field::accept_encoding, "identity");
    request.keep_alive(false);
    request.prepare_payload();
    parser.header_limit(most_header);
    parser.body_limit(most);
}

void Exchange::talk(Done done) {
    protocol::async_write(socket, request, [this, done = std::move(done)](const error_code& error, std::size_t) {
        if (error) { return done(error); }
        protocol::async_read(socket, buffer, parser, [done](const error_code& failed, std::size_t) { done(failed); });
    });
}

} // namespace ethpoc::http
