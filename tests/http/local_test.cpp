// A server on a Unix socket, and those who ask it: who may, what is left of one that died, what a POST carries.
#include "http/ask_local.hpp"

#include <boost/asio/local/stream_protocol.hpp>
#include <filesystem>
#include <fstream>

#include <doctest/doctest.h>

#include "http/query.hpp"
#include "http/server.hpp"
#include "tests/http/client.hpp"
#include "tests/support/temporary.hpp"

using namespace ethpoc;
using namespace std::chrono_literals;
namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

std::optional<http::Answer> echo(const http::Request& request) {
    if (request.path == "/none") { return std::nullopt; }
    return http::Answer{"text/plain",
                        std::string(request.method) + " " + std::string(request.path) + " " +
                            std::string(request.query) + " " + std::to_string(request.body.size()),
                        {},
                        request.path == "/refused" ? 400U : 200U};
}

/// A server on a Unix socket, on a thread of its own.
class ServedLocally {
  public:
    explicit ServedLocally(const std::string& path) : server_(io_, echo, http::Methods::get_and_post) {
        const auto up = server_.listen_local(path);
        if (!up) { FAIL(up.error()); }
        thread_ = std::jthread([this] { io_.run(); });
    }
    ~ServedLocally() {
        io_.stop();
        thread_.join();
    }
    ServedLocally(const ServedLocally&) = delete;
    ServedLocally& operator=(const ServedLocally&) = delete;

  private:
    asio::io_context io_{1};
    http::Server server_;
    std::jthread thread_{};
};

std::string listen_error(const std::string& path) {
    asio::io_context io;
    http::Server server(io, echo);
    const auto up = server.listen_local(path);
    return up ? "" : up.error();
}

} // namespace

TEST_CASE("http local: what is asked through a Unix socket, and what is answered") {
    const test::TemporaryFolder folder;
    const std::string path = (folder.path() / "a.sock").string();
    const ServedLocally served(path);
    CHECK(fs::status(path).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
    struct Row {
        const char* method;
        const char* target;
        std::string body;
        unsigned status;
        std::string answer;
    };
    for (const Row& row : {
             Row{"GET", "/a/b?x=1&y", "", 200, "GET /a/b x=1&y 0"},
             Row{"GET", "/a", "ignored", 200, "GET /a  0"},
             Row{"POST", "/a?x=1", "", 200, "POST /a x=1 0"},
             Row{"POST", "/a", std::string(http::Server::max_body, 'b'), 200, "POST /a  65536"},
             Row{"POST", "/a", std::string(http::Server::max_body + 1, 'b'), 413, "The body is too large.\n"},
             Row{"PUT", "/a", "", 405, "Only GET and POST are answered.\n"},
             Row{"GET", "/none", "", 404, "There is nothing at this path.\n"},
             Row{"GET", "/refused", "", 400, "GET /refused  0"},
         }) {
        CAPTURE(row.method);
        CAPTURE(row.target);
        const auto answer = http::ask_local(path, row.method, row.target, row.body, 5s);
        if (!answer) { FAIL(answer.error().sentence); }
        CHECK(answer->status == row.status);
        CHECK(answer->body == row.answer);
    }
}

TEST_CASE("http local: a socket that a dead process left is replaced, everything else is not") {
    const test::TemporaryFolder folder;
    const std::string path = (folder.path() / "a.sock").string();
    {
        asio::io_context io; // binds, and dies without taking the name away
        asio::local::stream_protocol::acceptor left(io, asio::local::stream_protocol::endpoint(path));
    }
    REQUIRE(fs::is_socket(path));
    const auto nobody = http::ask_local(path, "GET", "/", "", 1s);
    REQUIRE_FALSE(nobody);
    CHECK(nobody.error().nobody);
    {
        const ServedLocally served(path);
        CHECK(http::ask_local(path, "GET", "/", "", 5s).has_value());
        CHECK(listen_error(path).find("somebody listens there already") != std::string::npos);
        CHECK(http::ask_local(path, "GET", "/", "", 5s).has_value());
    }
    CHECK_FALSE(fs::exists(path));
    const auto missing = http::ask_local(path, "GET", "/", "", 1s);
    REQUIRE_FALSE(missing);
    CHECK(missing.error().nobody);
    std::ofstream(path) << "mine";
    CHECK(listen_error(path).find("no socket") != std::string::npos);
    CHECK(fs::file_size(path) == 4);
    CHECK(listen_error((folder.path() / "no" / "a.sock").string()).find("No such file") != std::string::npos);
}

TEST_CASE("http local: a name that is too long for a socket is told, and nothing throws") {
    const std::string path = "/tmp/" + std::string(108, 'x');
    CHECK(listen_error(path).find("at most 107 bytes") != std::string::npos);
    const auto answer = http::ask_local(path, "GET", "/", "", 1s);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().nobody);
    CHECK(answer.error().sentence.find("at most 107 bytes") != std::string::npos);
}

TEST_CASE("http local: who asks does not wait for ever") {
    const test::TemporaryFolder folder;
    const std::string path = (folder.path() / "a.sock").string();
    asio::io_context io; // accepts nobody
    const asio::local::stream_protocol::acceptor deaf(io, asio::local::stream_protocol::endpoint(path));
    const auto answer = http::ask_local(path, "GET", "/", "", 50ms);
    REQUIRE_FALSE(answer);
    CHECK_FALSE(answer.error().nobody);
    CHECK(answer.error().sentence.find("no answer within 50 ms") != std::string::npos);
}

TEST_CASE("http query: every text comes back as it went in") {
    std::string all;
    for (int i = 0; i < 256; ++i) {
        all += static_cast<char>(i);
    }
    for (const std::string& text : {std::string(), std::string("[::1]:30303"), std::string("a b&c=d%+"), all}) {
        CHECK(http::percent_decode(http::percent_encode(text)) == text);
        CHECK(http::query_value("x=1&peer=" + http::percent_encode(text) + "&peer=2", "peer") == text);
    }
    CHECK(http::percent_decode("%") == "%");
    CHECK(http::percent_decode("%4") == "%4");
    CHECK(http::percent_decode("%4g%41") == "%4gA");
    CHECK(http::query_value("a&b=", "a") == "");
    CHECK(http::query_value("a&b=", "b") == "");
    CHECK_FALSE(http::query_value("a&b=", "c"));
    CHECK_FALSE(http::query_value("", "c"));
}
