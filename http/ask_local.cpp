#include "http/ask_local.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include "http/local_path.hpp"
#include "http/version.hpp"

namespace ethpoc::http {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace protocol = boost::beast::http;
using boost::system::error_code;

namespace {

constexpr std::uint64_t most_read = 256u << 20; // bytes of one answer

/// A request on its way, and its answer on the way back.
struct Asking {
    Asking(const std::string& method, const std::string& target, const std::string& body) :
        request(protocol::string_to_verb(method), target, http_1_1, body) {
        request.set(protocol::field::host, "node");
        request.prepare_payload();
        parser.body_limit(most_read);
    }

    void connect(const asio::local::stream_protocol::endpoint& to) {
        socket.async_connect(to, [this](const error_code& error) { error ? end(error, true) : write(); });
    }
    void write() {
        protocol::async_write(socket, request,
                              [this](const error_code& error, std::size_t) { error ? end(error, false) : read(); });
    }
    void read() {
        protocol::async_read(socket, buffer, parser,
                             [this](const error_code& error, std::size_t) { end(error, false); });
    }
    void end(const error_code& error, bool while_connecting) {
        over = true;
        failed = error;
        const bool missing = error == boost::system::errc::no_such_file_or_directory;
        nobody = while_connecting && (missing || error == asio::error::connection_refused);
    }

    asio::io_context io{1};
    asio::local::stream_protocol::socket socket{io};
    protocol::request<protocol::string_body> request;
    protocol::response_parser<protocol::string_body> parser{};
    beast::flat_buffer buffer{};
    error_code failed{};
    bool nobody = false;
    bool over = false;
};

} // namespace

std::expected<LocalAnswer, LocalFailure> ask_local(const std::string& path, const std::string& method,
                                                   const std::string& target, const std::string& body,
                                                   std::chrono::milliseconds timeout) {
    if (path.size() > longest_local_path) { return std::unexpected(LocalFailure{true, path_too_long(path)}); }
    Asking asking(method, target, body);
    asking.connect(asio::local::stream_protocol::endpoint(path));
    asking.io.run_for(timeout);
    if (!asking.over) {
        return std::unexpected(LocalFailure{false, path + ": no answer within " + std::to_string(timeout.count()) +
                                                       " ms; the node is busy or stopped"});
    }
    if (asking.failed) { return std::unexpected(LocalFailure{asking.nobody, path + ": " + asking.failed.message()}); }
    auto& answer = asking.parser.get();
    return LocalAnswer{answer.result_int(), std::move(answer.body())};
}

} // namespace ethpoc::http
