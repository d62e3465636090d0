// Server: answers requests with what a handler has at a path, and gives an endpoint those that ask for WebSocket. It
// listens on TCP, or on a Unix socket that only this user can open. One request a connection, no files, no TLS. A
// connection that is not through after five seconds is closed; when all places are taken, the oldest one is closed for
// the next, so that clients that never finish cannot shut the others out.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/endpoint.hpp"

namespace boost::asio {
class io_context; // NOLINT(readability-identifier-naming): it is Boost's
} // namespace boost::asio

namespace ethpoc::http {

/// What a client asks. All of it lives as long as the call that hands it on.
struct Request {
    std::string_view method = "GET"; // or "POST", where the server takes it
    std::string_view path{};         // "/metrics", still in percent-encoding
    std::string_view query{};        // what follows the ?
    std::string_view body{};         // of a POST
};

/// What a handler gives back; its size goes into the header by itself.
struct Answer {
    std::string type{}; // "text/html; charset=utf-8"
    std::string body{};
    std::vector<std::pair<std::string, std::string>> more_headers{}; // name and value
    unsigned status = 200;
};

/// What a Server takes; other methods are refused.
enum class Methods : std::uint8_t { get, get_and_post };

/// Listens at one address and answers; see the head of this file. Calls are on the thread of `io`.
class Server {
  public:
    /// What stands at a path; nothing: 404. Called on the thread of `io`.
    using Handler = std::function<std::optional<Answer>(const Request& request)>;

    static constexpr std::size_t max_request = 8u << 10; // bytes of the first line, and of the others together
    static constexpr std::size_t max_body = 64u << 10;   // bytes of a POST
    static constexpr std::size_t max_connections =
        32; // not yet answered; those that an endpoint has are not among them

    /// `io` outlives the server, and one thread at most runs it.
    Server(boost::asio::io_context& io, Handler handler, Methods methods = Methods::get);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// `host` is an IP address, or "localhost"; port 0: any. Returns the address that was taken, "127.0.0.1:8000"; the
    /// error is a sentence. Once in the life of a server, this one or the next.
    std::expected<std::string, std::string> listen(const std::string& host, std::uint16_t port);

    /// On a Unix socket with this name, mode 0600, which goes away with the server. One that a process left behind is
    /// replaced; one that somebody listens at, and any other kind of file, is not. The error is a sentence.
    std::expected<void, std::string> listen_local(const std::string& path);

    /// From now on `path` is this endpoint's, and not the handler's: http/channel.hpp has one.
    void give(std::string path, std::shared_ptr<Endpoint> endpoint);

    /// Closes everything at once. On the thread of `io`, or when nothing runs it.
    void stop();

  private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

} // namespace ethpoc::http
