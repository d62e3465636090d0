#include "tests/bench/loopback.hpp"

#include <arpa/inet.h>
#include <csignal>
#include <cstring>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/measure.hpp"
#include "wire/codec.hpp"
#include "wire/frame.hpp"

namespace ethpoc::bench {

namespace {

void must(bool good, const char* what) {
    if (!good) { throw std::runtime_error(std::string(what) + ": " + std::strerror(errno)); }
}

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in out{};
    out.sin_family = AF_INET;
    out.sin_port = htons(port);
    out.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return out;
}

void read_exactly(const Fd& fd, std::uint8_t* to, std::size_t size) {
    must(::recv(fd.get(), to, size, MSG_WAITALL) == static_cast<ssize_t>(size), "the other side is gone");
}

} // namespace

Fd::~Fd() {
    if (fd_ >= 0) { ::close(fd_); }
}

Fd connect_to(std::uint16_t port) {
    Fd fd(::socket(AF_INET, SOCK_STREAM, 0));
    const sockaddr_in to = loopback(port);
    must(fd.get() >= 0, "socket");
    must(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0, "connect");
    const int on = 1;
    ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

Fd listen_on_any(std::uint16_t& port) {
    Fd fd(::socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in at = loopback(0);
    socklen_t size = sizeof at;
    must(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&at), size) == 0, "bind");
    must(::listen(fd.get(), 16) == 0, "listen");
    must(::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&at), &size) == 0, "getsockname");
    port = ntohs(at.sin_port);
    return fd;
}

void send_all(const Fd& fd, BytesView bytes) {
    while (!bytes.empty()) {
        const ssize_t n = ::send(fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        must(n > 0, "send");
        bytes = bytes.subspan(static_cast<std::size_t>(n));
    }
}

void read_until(const Fd& fd, std::uint8_t id) {
    Bytes payload;
    do {
        std::array<std::uint8_t, wire::frame_header_size> header{};
        read_exactly(fd, header.data(), header.size());
        payload.resize(rlp::detail::load_be(header.data() + 4, 4));
        read_exactly(fd, payload.data(), payload.size());
    } while (payload.size() < 2 || (payload[0] < 0xf8 ? payload[1] : payload[2]) != id);
}

Fd connect_peer(std::uint16_t port, std::uint64_t number, std::uint64_t capabilities) {
    wire::HelloOut hello;
    hello.client_id = "bench/1"; // no client whose quirks would slow us down
    hello.capabilities = capabilities;
    hello.listen_port = 30303;
    hello.node_id.bytes.fill(0x5a);
    std::memcpy(hello.node_id.data(), &number, sizeof number);
    Fd fd = connect_to(port);
    send_all(fd, wire::compose_hello(*wire::find_flat(12), hello));
    read_until(fd, 0x80);
    return fd;
}

std::size_t room_for(std::size_t wanted) {
    constexpr rlim_t others = 64;
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur < wanted + others) {
        limit.rlim_cur = std::min<rlim_t>(wanted + others, limit.rlim_max);
        ::setrlimit(RLIMIT_NOFILE, &limit);
        ::getrlimit(RLIMIT_NOFILE, &limit);
    }
    return std::min<std::size_t>(wanted, limit.rlim_cur - others);
}

Bytes plain_frame(std::uint8_t id) {
    return {0x22, 0x40, 0x08, 0x91, 0, 0, 0, 2, 0xc1, id};
}

peer::NodeOptions node_options(std::uint32_t version) {
    peer::NodeOptions options;
    options.listen_port = 0;
    options.key = peer::make_node_key();
    options.peers.dialer.protocol = wire::find_flat(version);
    options.peers.dialer.keep_dialling = false;
    options.peers.max_peers = 20'000;
    options.peers.peers_per_address = 20'000;
    options.chain.default_version = version;
    options.shutdown = std::chrono::milliseconds(50);
    return options;
}

NodeThread::NodeThread(peer::NodeOptions options, const std::vector<peer::Observer*>& observers) :
    node_(std::move(options), observers) {
    if (const auto opened = node_.open(); !opened) { throw std::runtime_error(opened.error().message()); }
    const std::string& address = node_.listen_address();
    port_ = static_cast<std::uint16_t>(std::stoul(address.substr(address.rfind(':') + 1)));
    thread_ = std::thread([this] { node_.run(); });
    cpu_ = [handle = thread_.native_handle()] { return thread_cpu(handle); };
}

NodeThread::~NodeThread() {
    node_.stop();
    thread_.join();
}

std::vector<double> in_child(const std::function<std::vector<double>()>& work) {
    std::array<int, 2> ends{};
    must(::pipe(ends.data()) == 0, "pipe");
    const pid_t process = ::fork();
    if (process == 0) {
        ::close(ends[0]);
        try {
            const std::vector<double> figures = work();
            const std::size_t size = figures.size() * sizeof(double);
            ::_exit(::write(ends[1], figures.data(), size) == static_cast<ssize_t>(size) ? 0 : 1);
        } catch (const std::exception& error) {
            std::fprintf(stderr, "bench: %s\n", error.what());
            ::_exit(1);
        }
    }
    const Fd in(ends[0]);
    ::close(ends[1]);
    must(process > 0, "fork");
    std::vector<double> out;
    double figure = 0;
    while (::read(in.get(), &figure, sizeof figure) == static_cast<ssize_t>(sizeof figure)) {
        out.push_back(figure);
    }
    int status = 0;
    ::waitpid(process, &status, 0);
    if (WIFSIGNALED(status)) { std::fprintf(stderr, "bench: a child died of signal %d\n", WTERMSIG(status)); }
    return out;
}

Helper::Helper(const std::function<void(const Fd& tell)>& work) {
    std::array<int, 2> ends{};
    must(::pipe(ends.data()) == 0, "pipe");
    process_ = ::fork();
    if (process_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::close(ends[0]);
        try {
            work(Fd(ends[1]));
            ::pause();
        } catch (const std::exception& error) { std::fprintf(stderr, "bench: %s\n", error.what()); }
        ::_exit(1);
    }
    hear_ = Fd(ends[0]);
    ::close(ends[1]);
    must(process_ > 0, "fork");
}

Helper::~Helper() {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
}

std::uint64_t Helper::hear() const {
    std::uint64_t number = 0;
    must(::read(hear_.get(), &number, sizeof number) == static_cast<ssize_t>(sizeof number), "a helper failed");
    return number;
}

void tell(const Fd& fd, std::uint64_t number) {
    must(::write(fd.get(), &number, sizeof number) == static_cast<ssize_t>(sizeof number), "tell");
}

} // namespace ethpoc::bench
