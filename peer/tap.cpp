#include "peer/tap.hpp"

#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <set>

#include "peer/network.hpp"

namespace ethpoc::peer {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::size_t chunk_size = 64u << 10;
constexpr std::size_t max_links = 256;
constexpr auto accept_again = std::chrono::milliseconds(200);

std::pair<std::string, std::string> split(const std::string& endpoint) {
    const auto colon = endpoint.rfind(':');
    std::string host = endpoint.substr(0, colon);
    if (host.starts_with('[')) { host = host.substr(1, host.size() - 2); }
    return {host == "localhost" ? "127.0.0.1" : host, endpoint.substr(colon + 1)};
}

/// One connection through the tap. Each direction owns one buffer and reads again only when it was written out, so TCP
/// pushes back through us.
class Link : public std::enable_shared_from_this<Link> {
  public:
    /// `other` is not open yet: it becomes the connection to the peer that the tap stands before.
    Link(std::uint64_t id, tcp::socket dialer, tcp::socket other, TapListener& listener,
         std::function<void(Link&)> gone) :
        id_(id),
        sockets_{std::move(dialer), std::move(other)}, resolver_(sockets_[0].get_executor()), listener_(listener),
        gone_(std::move(gone)) {}

    void start(const std::string& to) {
        const auto [host, port] = split(to);
        resolver_.async_resolve(host, port, [self = shared_from_this()](const error_code& error, const auto& where) {
            if (error) { return self->close(error.message()); }
            asio::async_connect(self->sockets_[1], where, [self](const error_code& failed, const tcp::endpoint&) {
                if (failed) { return self->close("the target of the tap was not reached: " + failed.message()); }
                self->read(wire::Side::dialer);
                self->read(wire::Side::listener);
            });
        });
    }

    void close(const std::string& why) {
        if (closed_) { return; }
        closed_ = true;
        error_code ignored;
        for (tcp::socket& socket : sockets_) {
            socket.close(ignored);
        }
        listener_.closed(id_, why);
        gone_(*this);
    }

  private:
    tcp::socket& socket(wire::Side side) { return sockets_[static_cast<std::size_t>(side)]; }

    void read(wire::Side from) {
        Bytes& buffer = buffers_[static_cast<std::size_t>(from)];
        buffer.resize(chunk_size);
        socket(from).async_read_some(asio::buffer(buffer),
                                     [self = shared_from_this(), from](const error_code& error, std::size_t n) {
                                         if (self->closed_) { return; }
                                         if (error == asio::error::eof) { return self->end(from); }
                                         if (error) { return self->close(error.message()); }
                                         self->forward(from, n);
                                     });
    }

    void forward(wire::Side from, std::size_t n) {
        const Bytes& buffer = buffers_[static_cast<std::size_t>(from)];
        listener_.chunk(id_, from, BytesView(buffer).first(n));
        asio::async_write(socket(wire::other(from)), asio::buffer(buffer.data(), n),
                          [self = shared_from_this(), from](const error_code& error, std::size_t) {
                              if (self->closed_) { return; }
                              if (error) { return self->close(error.message()); }
                              self->read(from);
                          });
    }

    /// A half-close is passed on as one; the link is over when both sides have said it.
    void end(wire::Side from) {
        listener_.ended(id_, from);
        error_code ignored;
        socket(wire::other(from)).shutdown(tcp::socket::shutdown_send, ignored);
        if (++ended_ == 2) { close("closed"); }
    }

    const std::uint64_t id_;
    std::array<tcp::socket, 2> sockets_; // by Side
    tcp::resolver resolver_;
    std::array<Bytes, 2> buffers_{};
    TapListener& listener_;
    std::function<void(Link&)> gone_;
    int ended_ = 0;
    bool closed_ = false;
};

} // namespace

struct Tap::Impl {
    Impl(std::string listen, std::string target, TapListener& l) :
        where(std::move(listen)), to(std::move(target)), listener(l), acceptor(io), accept_pause(io) {}

    void accept() {
        acceptor.async_accept([this](const error_code& error, tcp::socket socket) {
            if (error == asio::error::operation_aborted || !acceptor.is_open()) { return; }
            if (error) { // no file descriptor is left: others will be closed
                accept_pause.expires_after(accept_again);
                return accept_pause.async_wait([this](const error_code& cancelled) {
                    if (!cancelled) { accept(); }
                });
            }
            error_code unknown;
            const tcp::endpoint from = socket.remote_endpoint(unknown);
            if (!unknown && links.size() < max_links) { adopt(std::move(socket), from); }
            accept();
        });
    }

    void adopt(tcp::socket socket, const tcp::endpoint& from) {
        const auto id = next_id++;
        tcp::socket other(socket.get_executor());
        auto link = std::make_shared<Link>(id, std::move(socket), std::move(other), listener,
                                           [this](Link& gone) { links.erase(gone.shared_from_this()); });
        links.insert(link);
        listener.opened(id, from.address().to_string() + ":" + std::to_string(from.port()));
        link->start(to);
    }

    std::string where;
    std::string to;
    TapListener& listener;
    asio::io_context io{1};
    tcp::acceptor acceptor;
    asio::steady_timer accept_pause;
    std::set<std::shared_ptr<Link>> links{};
    std::uint64_t next_id = 1;
};

Tap::Tap(std::string listen, std::string to, TapListener& listener) :
    impl_(std::make_unique<Impl>(std::move(listen), std::move(to), listener)) {}

Tap::~Tap() = default;

Result<std::string> Tap::open() {
    const auto [host, port] = split(impl_->where);
    error_code error;
    const tcp::endpoint endpoint(asio::ip::make_address(host, error), static_cast<std::uint16_t>(std::stoul(port)));
    if (!error) { impl_->acceptor.open(endpoint.protocol(), error); }
    if (!error) { impl_->acceptor.set_option(tcp::acceptor::reuse_address(true), error); }
    if (!error) { impl_->acceptor.bind(endpoint, error); }
    if (!error) { impl_->acceptor.listen(tcp::acceptor::max_listen_connections, error); }
    if (error) {
        return std::unexpected(
            Error{&errors::cannot_listen, 0, 0, {}, "cannot listen on " + impl_->where + ": " + error.message()});
    }
    const tcp::endpoint taken = impl_->acceptor.local_endpoint();
    impl_->accept();
    return (taken.address().is_v6() ? "[" + taken.address().to_string() + "]" : taken.address().to_string()) + ":" +
           std::to_string(taken.port());
}

void Tap::run() {
    impl_->io.run();
}

void Tap::stop() {
    asio::post(impl_->io, [this] {
        error_code ignored;
        impl_->acceptor.close(ignored);
        impl_->accept_pause.cancel();
        const auto all = impl_->links;
        for (const auto& link : all) {
            link->close("the tap stops");
        }
    });
}

} // namespace ethpoc::peer
