// Exchange: one request of ours and its answer, over a socket that the caller connects. For this room only.
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstdint>
#include <functional>
#include <string>

namespace ethpoc::http {

/// The socket, the request and the answer of one exchange; lives until `done` was called.
struct Exchange {
    /// Reads an answer whose body is bounded.
    using Parser = boost::beast::http::response_parser<boost::beast::http::string_body>;
    /// Called once: with no error when the answer is whole.
    using Done = std::function<void(const boost::system::error_code&)>;

    /// `most`: bytes of the answer's body. `host`: the field of that name.
    Exchange(boost::asio::io_context& io, const std::string& method, const std::string& host, const std::string& target,
             const std::string& body, std::uint64_t most);

    /// Writes the request and reads the answer to its end. All of this must outlive it: what is shared in `done` does.
    void talk(Done done);

    // TCP or a Unix socket: one type for both, since Beast's templates are many.
    boost::asio::generic::stream_protocol::socket socket;
    boost::beast::http::request<boost::beast::http::string_body> request;
    Parser parser{};
    boost::beast::flat_buffer buffer;
};

} // namespace ethpoc::http
