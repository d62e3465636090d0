// Upgrade: a connection on its way from the Server to a Channel. Not for others: it brings Beast with it, which takes
// seconds to compile.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>

namespace ethpoc::http {

/// One executor, known when it is compiled: Beast's templates are cheaper to compile with it, and to run.
using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

/// A connection whose request asks for WebSocket, and that request, not yet answered. Owns both.
struct Upgrade {
    Socket socket;
    boost::beast::http::request<boost::beast::http::empty_body> request;
};

} // namespace ethpoc::http
