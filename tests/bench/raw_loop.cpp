#include "tests/bench/raw_loop.hpp"

#include <array>
#include <cstring>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "rlp/scan.hpp"
#include "tests/bench/measure.hpp"
#include "wire/frame.hpp"

namespace ethpoc::bench {

namespace {
constexpr std::size_t buffer_size = 256u << 10;
}

RawLoop::RawLoop(Answer answer) : answer_(answer), listener_(listen_on_any(port_)), buffer_(buffer_size) {
    thread_ = std::thread([this] { run(); });
    cpu_ = [handle = thread_.native_handle()] { return thread_cpu(handle); };
}

RawLoop::~RawLoop() {
    ::shutdown(listener_.get(), SHUT_RDWR);
    thread_.join();
}

void RawLoop::run() {
    const Fd peer(::accept(listener_.get(), nullptr, nullptr));
    if (peer.get() < 0) { return; }
    const Fd epoll(::epoll_create1(0));
    epoll_event wanted{};
    wanted.events = EPOLLIN;
    ::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, peer.get(), &wanted);
    std::array<epoll_event, 16> events{};
    while (::epoll_wait(epoll.get(), events.data(), static_cast<int>(events.size()), -1) > 0) {
        if (!read(peer.get())) { return; }
    }
}

bool RawLoop::read(int fd) {
    const ssize_t n = ::recv(fd, buffer_.data() + kept_, buffer_.size() - kept_, MSG_DONTWAIT);
    if (n <= 0) { return n < 0; }
    const std::size_t have = kept_ + static_cast<std::size_t>(n);
    const std::size_t used = walk(buffer_.data(), have, fd);
    kept_ = have - used;
    std::memmove(buffer_.data(), buffer_.data() + used, kept_);
    return true;
}

std::size_t RawLoop::walk(const std::uint8_t* begin, std::size_t size, int fd) {
    static const Bytes pong = plain_frame(pong_id);
    std::size_t at = 0;
    std::uint64_t seen = 0;
    while (size - at >= wire::frame_header_size) {
        const std::uint64_t head = rlp::detail::load_be64(begin + at);
        if (head >> 32 != 0x22400891) { std::abort(); }
        const std::size_t whole = wire::frame_header_size + (head & 0xffff'ffff);
        if (size - at < whole) { break; }
        at += whole;
        ++seen;
        if (answer_ == Answer::answer_each) { ::send(fd, pong.data(), pong.size(), MSG_NOSIGNAL); }
    }
    frames_.store(frames_.load(std::memory_order_relaxed) + seen, std::memory_order_relaxed);
    const bool ends = answer_ == Answer::last_only && at != 0 && begin[at - 1] == ping_id;
    if (ends) { ::send(fd, pong.data(), pong.size(), MSG_NOSIGNAL); }
    return at;
}

} // namespace ethpoc::bench
