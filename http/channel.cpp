#include "http/channel.hpp"

#include <array>
#include <boost/beast/websocket/stream.hpp>
#include <deque>
#include <utility>
#include <vector>

#include "http/upgrade.hpp"

namespace ethpoc::http {

namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using boost::system::error_code;

namespace {

using Text = std::shared_ptr<const std::string>;

constexpr auto handshake_limit = std::chrono::seconds(5);
constexpr std::size_t text_overhead = 64; // bytes that a text costs beside its own

} // namespace

struct Channel::State {
    explicit State(ChannelLimits l) : limits(l) {}

    ChannelLimits limits;
    std::vector<std::shared_ptr<Listener>> listeners{};
    std::uint64_t dropped = 0;
};

/// One client: reads what it says, writes what waits for it.
struct Channel::Listener : std::enable_shared_from_this<Listener> {
    enum class Stage : std::uint8_t { Handshake, Open, Closed };

    Listener(Upgrade upgrade, const std::shared_ptr<State>& s) :
        socket(std::move(upgrade.socket)), request(std::move(upgrade.request)), state(s) {}

    void run(const ChannelLimits& limits) {
        socket.set_option(websocket::stream_base::timeout{handshake_limit, limits.silence, true});
        socket.read_message_max(limits.heard_bytes);
        socket.text(true);
        socket.async_accept(request, [self = shared_from_this()](const error_code& error) {
            if (error || self->stage == Stage::Closed) { return self->leave(); }
            self->stage = Stage::Open;
            if (!self->waiting.empty()) { self->write(); }
            self->read();
        });
    }

    void read() {
        socket.async_read_some(boost::asio::buffer(in),
                               [self = shared_from_this()](const error_code& error, std::size_t) {
                                   if (error) { return self->leave(); }
                                   self->read();
                               });
    }

    /// False: it is too slow, and has been closed. A text told in the handshake waits for its end: the client may have
    /// our answer already.
    bool push(const Text& text, std::size_t limit) {
        if (stage == Stage::Closed) { return true; }
        const std::size_t cost = text->size() + text_overhead;
        if (cost > limit - waiting_bytes) {
            close();
            return false;
        }
        waiting_bytes += cost;
        waiting.push_back(text);
        if (stage == Stage::Open && waiting.size() == 1) { write(); }
        return true;
    }

    void write() {
        const Text text = waiting.front();
        socket.async_write(boost::asio::buffer(*text),
                           [self = shared_from_this(), text](const error_code& error, std::size_t) {
                               if (error || self->stage == Stage::Closed) { return self->leave(); }
                               self->waiting_bytes -= text->size() + text_overhead;
                               self->waiting.pop_front();
                               if (!self->waiting.empty()) { self->write(); }
                           });
    }

    void close() {
        stage = Stage::Closed;
        waiting.clear();
        error_code ignored;
        beast::get_lowest_layer(socket).close(ignored);
    }

    void leave() {
        close();
        if (const auto at = state.lock()) { std::erase(at->listeners, shared_from_this()); }
    }

    websocket::stream<Socket, false> socket; // false: no compression
    beast::http::request<beast::http::empty_body> request;
    std::array<char, 512> in{};
    std::weak_ptr<State> state;
    std::deque<Text> waiting{}; // the first one is being written
    std::size_t waiting_bytes = 0;
    Stage stage = Stage::Handshake;
};

Channel::Channel(ChannelLimits limits) : state_(std::make_shared<State>(limits)) {}

Channel::~Channel() {
    stop();
}

void Channel::send(std::string text) {
    const Text shared = std::make_shared<const std::string>(std::move(text));
    const auto slow = std::erase_if(
        state_->listeners, [&](const auto& listener) { return !listener->push(shared, state_->limits.queue_bytes); });
    state_->dropped += slow;
}

std::size_t Channel::listeners() const noexcept {
    return state_->listeners.size();
}

std::uint64_t Channel::dropped() const noexcept {
    return state_->dropped;
}

bool Channel::full() const noexcept {
    return state_->listeners.size() >= state_->limits.listeners;
}

void Channel::adopt(Upgrade upgrade) {
    if (full()) { return; }
    const auto& listener = state_->listeners.emplace_back(std::make_shared<Listener>(std::move(upgrade), state_));
    listener->run(state_->limits);
}

void Channel::stop() {
    for (const auto& listener : std::exchange(state_->listeners, {})) {
        listener->close();
    }
}

} // namespace ethpoc::http
