// Listeners of a channel: those that read hear everything, those that do not are dropped, and nobody waits for them.
#include "http/channel.hpp"

#include <boost/asio/post.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <future>
#include <vector>

#include "http/upgrade.hpp"
#include "tests/http/client.hpp"

using namespace ethpoc;
namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr auto patience = std::chrono::seconds(10);
const std::string upgrade = "Host: here:1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";

/// A server with one channel, at /live.
class Live {
  public:
    explicit Live(http::ChannelLimits limits = {}) :
        channel_(std::make_shared<http::Channel>(limits)),
        served_(
            [](const http::Request&) {
                return http::Answer{"text/plain", "here", {}};
            },
            [&](http::Server& server) { server.give("/live", channel_); }) {}

    /// What `call` returns on the server's thread; fails when the thread is held up.
    template <class Call>
    auto there(Call call) {
        std::packaged_task<decltype(call(*channel_))()> task([&] { return call(*channel_); });
        auto result = task.get_future();
        asio::post(served_.io(), [&] { task(); });
        REQUIRE(result.wait_for(patience) == std::future_status::ready);
        return result.get();
    }
    void send(const std::string& text) {
        there([&](http::Channel& channel) { channel.send(text); });
    }
    /// Waits until so many listen.
    bool listeners(std::size_t wanted) {
        const auto until = std::chrono::steady_clock::now() + patience;
        while (there([](http::Channel& channel) { return channel.listeners(); }) != wanted) {
            if (std::chrono::steady_clock::now() > until) { return false; }
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
        return true;
    }
    tcp::socket connect(asio::io_context& io) const { return served_.connect(io); }

  private:
    std::shared_ptr<http::Channel> channel_;
    test::Served served_;
};

/// A client that listens.
class Ear {
  public:
    template <class Server> // Live or Served
    explicit Ear(const Server& server) : socket_(server.connect(io_)) {
        error_code error;
        socket_.handshake("here:1", "/live", error);
        REQUIRE_FALSE(error);
    }
    /// The next text; "closed" when there is none any more.
    std::string next() {
        beast::flat_buffer in;
        error_code error = asio::error::would_block;
        socket_.async_read(in, [&](const error_code& e, std::size_t) { error = e; });
        io_.restart();
        io_.run_for(patience);
        if (error == asio::error::would_block) {
            beast::get_lowest_layer(socket_).close();
        } // or the next one meets this one
        return error ? "closed" : beast::buffers_to_string(in.data());
    }
    void say(const std::string& text) {
        error_code ignored;
        socket_.write(asio::buffer(text), ignored);
    }

  private:
    asio::io_context io_{};
    beast::websocket::stream<tcp::socket> socket_;
};

} // namespace

TEST_CASE("channel: all that listen hear all texts in order") {
    Live live;
    Ear a(live);
    live.send("before b came");
    Ear b(live);
    CHECK(a.next() == "before b came");
    REQUIRE(live.listeners(2));
    a.say("what a listener says is read and thrown away");
    for (int i = 0; i < 100; ++i) {
        live.send(std::to_string(i));
    }
    for (Ear* ear : {&a, &b}) {
        for (int i = 0; i < 100; ++i) {
            CHECK(ear->next() == std::to_string(i));
        }
    }
}

TEST_CASE("channel: a text that is told in the handshake is heard") {
    struct Eager final : http::Endpoint {
        bool full() const noexcept override { return channel.full(); }
        void adopt(http::Upgrade upgrade) override {
            channel.adopt(std::move(upgrade));
            channel.send("early"); // the answer of the handshake has not left yet
        }
        void stop() override { channel.stop(); }
        http::Channel channel{};
    };
    const auto eager = std::make_shared<Eager>();
    const test::Served served([](const http::Request&) { return std::nullopt; },
                              [&](http::Server& server) { server.give("/live", eager); });
    Ear ear(served);
    CHECK(ear.next() == "early");
}

TEST_CASE("channel: a listener that does not read is dropped, and holds up nobody") {
    Live live({.queue_bytes = 1u << 20});
    const Ear deaf(live);
    Ear good(live);
    REQUIRE(live.listeners(2));
    const std::string text(100'000, 'x');
    for (int i = 0; i < 300; ++i) { // 30 MB: more than the sockets hold
        live.send(text);
        REQUIRE(good.next().size() == text.size());
    }
    CHECK(live.listeners(1));
    CHECK(live.there([](http::Channel& channel) { return channel.dropped(); }) == 1);
}

TEST_CASE("channel: a text larger than the queue, and a listener that leaves or talks too much") {
    Live live({.queue_bytes = 1000, .heard_bytes = 100});
    Ear small(live);
    REQUIRE(live.listeners(1));
    live.send(std::string(1000, 'x'));
    CHECK(small.next() == "closed");
    CHECK(live.listeners(0));
    Ear talker(live);
    talker.say(std::string(101, 'x'));
    CHECK(talker.next() == "closed");
    { const Ear gone(live); }
    CHECK(live.listeners(0));
    live.send("to nobody");
}

TEST_CASE("channel: a listener that answers no ping is taken as gone") {
    Live live({.silence = std::chrono::milliseconds(300)});
    const Ear deaf(live); // answers pings only while it reads
    Ear good(live);
    REQUIRE(live.listeners(2));
    auto heard = std::async(std::launch::async, [&] { return good.next(); });
    CHECK(live.listeners(1));
    std::this_thread::sleep_for(std::chrono::seconds(1));
    live.send("still here");
    CHECK(heard.get() == "still here");
}

TEST_CASE("channel: the path is for those that may listen") {
    Live live({.listeners = 1});
    asio::io_context io;
    const auto ask = [&](const std::string& request) {
        tcp::socket client = live.connect(io);
        return test::ask(client, request).substr(0, 12);
    };
    CHECK(ask("GET /live HTTP/1.1\r\n\r\n") == "HTTP/1.1 426");
    CHECK(ask("GET / HTTP/1.1\r\n" + upgrade + "\r\n") == "HTTP/1.1 200"); // there is no channel
    CHECK(ask("GET /live HTTP/1.1\r\nOrigin: http://elsewhere\r\n" + upgrade + "\r\n") == "HTTP/1.1 403");
    CHECK(ask("GET /live HTTP/1.1\r\nOrigin: null\r\n" + upgrade + "\r\n") == "HTTP/1.1 403");
    const Ear first(live);
    CHECK(ask("GET /live HTTP/1.1\r\nOrigin: http://here:1\r\n" + upgrade + "\r\n") == "HTTP/1.1 503");
}
