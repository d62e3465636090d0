#include "http/ask_local.hpp"

#include <boost/asio/local/stream_protocol.hpp>

#include "http/exchange.hpp"
#include "http/local_path.hpp"

namespace ethpoc::http {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr std::uint64_t most_read = 256u << 20; // bytes of one answer

/// Why an exchange did not come about.
struct Ended {
    error_code failed{};
    bool nobody = false;
    bool over = false;

    void end(const error_code& error, bool while_connecting) {
        over = true;
        failed = error;
        const bool missing = error == boost::system::errc::no_such_file_or_directory;
        nobody = while_connecting && (missing || error == asio::error::connection_refused);
    }
};

} // namespace

std::expected<LocalAnswer, LocalFailure> ask_local(const std::string& path, const std::string& method,
                                                   const std::string& target, const std::string& body,
                                                   std::chrono::milliseconds timeout) {
    if (path.size() > longest_local_path) { return std::unexpected(LocalFailure{true, path_too_long(path)}); }
    asio::io_context io{1};
    Exchange exchange(io, method, "node", target, body, most_read);
    Ended ended;
    exchange.socket.async_connect(asio::local::stream_protocol::endpoint(path), [&](const error_code& error) {
        if (error) { return ended.end(error, true); }
        exchange.talk([&ended](const error_code& failed) { ended.end(failed, false); });
    });
    io.run_for(timeout);
    if (!ended.over) {
        return std::unexpected(LocalFailure{false, path + ": no answer within " + std::to_string(timeout.count()) +
                                                       " ms; the node is busy or stopped"});
    }
    if (ended.failed) { return std::unexpected(LocalFailure{ended.nobody, path + ": " + ended.failed.message()}); }
    auto& answer = exchange.parser.get();
    return LocalAnswer{answer.result_int(), std::move(answer.body())};
}

} // namespace ethpoc::http
