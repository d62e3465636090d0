#include "http/fetch.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/http/error.hpp>
#include <vector>

#include "http/exchange.hpp"

namespace ethpoc::http {

namespace asio = boost::asio;
namespace protocol = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

std::string text_of(std::chrono::milliseconds time) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    return seconds == time ? std::to_string(seconds.count()) + " s" : std::to_string(time.count()) + " ms";
}

constexpr std::string_view look_again = "; see whether the address is right and its server runs";

/// Nothing: the answer is what was asked for, as far as its header says.
std::string complaint_of(const protocol::response<protocol::string_body>& answer) {
    const unsigned status = answer.result_int();
    if (status / 100 == 3) {
        const std::string_view to = answer[protocol::field::location];
        return "status " + std::to_string(status) +
               ", and redirects are not followed; give the address that it leads to" +
               (to.empty() ? "" : ": " + std::string(to.substr(0, 256)));
    }
    if (status != 200) { return "status " + std::to_string(status) + " instead of 200" + std::string(look_again); }
    const std::string_view coding = answer[protocol::field::content_encoding];
    if (!coding.empty() && coding != "identity") {
        return "the answer is compressed (" + std::string(coding.substr(0, 32)) + "), though that was not asked for";
    }
    return "";
}

std::string sentence_of(const error_code& error, const FetchLimits& limits) {
    if (error == protocol::error::body_limit) {
        return "the answer is larger than " + std::to_string(limits.body) + " bytes";
    }
    if (error == protocol::error::header_limit || error == protocol::error::buffer_overflow) {
        return "the header of the answer is too large";
    }
    if (error == protocol::error::partial_message || error == protocol::error::end_of_stream) {
        return "the answer ends before it is complete";
    }
    const bool of_parser = error.category() == make_error_code(protocol::error::bad_method).category();
    return of_parser ? "the answer is no HTTP/1.1: " + error.message() : error.message();
}

} // namespace

struct Fetch::Work : std::enable_shared_from_this<Work> {
    Work(asio::io_context& io, const FetchLimits& most, const Url& url, Done call, Fetch& whose) :
        limits(most), resolver(io), timer(io), exchange(io, "GET", url.authority, url.target, "", most.body),
        done(std::move(call)), of(&whose) {}

    void start(const Url& url) {
        const auto deadline = std::chrono::steady_clock::now() + limits.whole;
        wait_until(deadline - limits.whole + limits.connect, "no connection within " + text_of(limits.connect));
        const auto self = shared_from_this();
        resolver.async_resolve(url.host, url.port, [self, deadline](const error_code& error, const auto& found) {
            if (error) { return self->end(failure("the host cannot be found: " + error.message())); }
            self->connect(found, deadline);
        });
    }

    void connect(const tcp::resolver::results_type& found, std::chrono::steady_clock::time_point deadline) {
        if (of == nullptr) { return; }
        for (const auto& each : found) {
            addresses.emplace_back(each.endpoint());
        }
        asio::async_connect(exchange.socket, addresses,
                            [self = shared_from_this(), deadline](const error_code& error, const auto&) {
                                if (self->of == nullptr) { return; }
                                if (error) { return self->end(failure("nobody answers: " + error.message())); }
                                self->wait_until(deadline, "no whole answer within " + text_of(self->limits.whole));
                                self->exchange.talk([self](const error_code& failed) { self->heard(failed); });
                            });
    }

    void heard(const error_code& error) {
        if (exchange.parser.is_header_done()) {
            // What the header says is told first: the page of an error may be endless.
            if (auto wrong = complaint_of(exchange.parser.get()); !wrong.empty()) {
                return end(std::unexpected(std::move(wrong)));
            }
        }
        if (error) { return end(std::unexpected(sentence_of(error, limits))); }
        end(std::move(exchange.parser.get().body()));
    }

    void wait_until(std::chrono::steady_clock::time_point when, std::string otherwise) {
        timer.expires_at(when);
        timer.async_wait([self = shared_from_this(), when, otherwise = std::move(otherwise)](const error_code& error) {
            if (error || self->timer.expiry() != when) { return; } // another wait has begun
            self->end(failure(otherwise));
        });
    }

    static Answer failure(const std::string& what) { return std::unexpected(what + std::string(look_again)); }

    void forget() {
        of = nullptr;
        done = {};
        error_code ignored;
        resolver.cancel();
        timer.cancel();
        exchange.socket.close(ignored);
    }

    void end(Answer answer) {
        if (of == nullptr) { return; }
        const auto self = shared_from_this();
        const Done call = std::move(done);
        of->work_.reset();
        forget();
        call(std::move(answer));
    }

    FetchLimits limits;
    tcp::resolver resolver;
    asio::steady_timer timer;
    Exchange exchange;
    std::vector<asio::generic::stream_protocol::endpoint> addresses{};
    Done done;
    Fetch* of; // nullptr: nobody waits any more
};

Fetch::Fetch(asio::io_context& io, FetchLimits limits) : io_(io), limits_(limits) {}

Fetch::~Fetch() {
    cancel();
}

void Fetch::get(const Url& url, Done done) {
    cancel();
    work_ = std::make_shared<Work>(io_, limits_, url, std::move(done), *this);
    work_->start(url);
}

void Fetch::cancel() {
    if (const auto work = std::exchange(work_, nullptr)) { work->forget(); }
}

} // namespace ethpoc::http
