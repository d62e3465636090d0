// Connections that say as much as the other side takes: one epoll loop, since a scripting language cannot fill a
// socket.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <queue>
#include <stdexcept>

#include "tests/hostile/load.hpp"

namespace ethpoc::hostile {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t connections_of_an_address = 8;
constexpr std::size_t one_turn = 1u << 20; // bytes of one connection before another one has its turn

sockaddr_in address_of(const std::string& host, std::uint16_t port) {
    sockaddr_in out{};
    out.sin_family = AF_INET;
    out.sin_port = htons(port);
    if (inet_pton(AF_INET, host.c_str(), &out.sin_addr) != 1) { throw std::runtime_error("not an address: " + host); }
    return out;
}

struct Link {
    int fd = -1;
    bool connected = false;
    std::unique_ptr<Speaker> speaker{};
    Speaker::Said said{};
    std::size_t sent = 0; // of `said`
    Clock::time_point not_before{};
    bool silent = false; // the speaker has nothing to say now
    bool writable = false;
};

class Engine {
  public:
    Engine(const Plan& plan, const SpeakerFactory& factory, const std::function<bool()>& stop) :
        plan_(plan), factory_(factory), stop_(stop), links_(plan.connections), epoll_(epoll_create1(EPOLL_CLOEXEC)) {}
    ~Engine() {
        for (Link& link : links_) {
            if (link.fd >= 0) { close(link.fd); }
        }
        close(epoll_);
    }
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    Tally run() {
        begin_ = Clock::now();
        const auto end =
            begin_ + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(plan_.seconds));
        std::array<epoll_event, 64> events{};
        while (Clock::now() < end && tally_.bytes < plan_.max_bytes && !stop_()) {
            open_some();
            bool busy = false;
            for (unsigned slot = 0; slot < links_.size(); ++slot) {
                busy |= speak(slot);
            }
            const int n = epoll_wait(epoll_, events.data(), int(events.size()), busy ? 0 : 1);
            for (int i = 0; i < n; ++i) {
                take(events[std::size_t(i)]);
            }
        }
        tally_.seconds = std::chrono::duration<double>(Clock::now() - begin_).count();
        return tally_;
    }

  private:
    /// As many lost connections anew as the rate allows; all of them at the very beginning.
    void open_some() {
        const double passed = std::chrono::duration<double>(Clock::now() - begin_).count();
        const auto allowed = plan_.connections + std::uint64_t(passed * plan_.redials);
        for (unsigned slot = 0; slot < links_.size() && opened_ < allowed; ++slot) {
            if (links_[slot].fd < 0) { open_one(slot); }
        }
    }

    void open_one(unsigned slot) {
        ++opened_;
        Link& link = links_[slot];
        link = Link{};
        link.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (link.fd < 0) { return; }
        const int one = 1;
        setsockopt(link.fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        setsockopt(link.fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
        if (!plan_.reads) { setsockopt(link.fd, SOL_SOCKET, SO_RCVBUF, &plan_.window, sizeof plan_.window); }
        const auto addresses =
            plan_.addresses != 0
                ? plan_.addresses
                : unsigned((plan_.connections + connections_of_an_address - 1) / connections_of_an_address);
        const sockaddr_in from = address_of("127.0.0." + std::to_string(plan_.first_address + slot % addresses), 0);
        const sockaddr_in to = address_of(plan_.host, plan_.port);
        if (bind(link.fd, reinterpret_cast<const sockaddr*>(&from), sizeof from) != 0 ||
            (connect(link.fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0 && errno != EINPROGRESS)) {
            ++tally_.refused;
            close(link.fd);
            link.fd = -1;
            return;
        }
        link.speaker = factory_(opened_ - 1, slot);
        epoll_event wanted{};
        wanted.events = EPOLLOUT | EPOLLRDHUP | EPOLLET | (plan_.reads ? unsigned(EPOLLIN) : 0u);
        wanted.data.u32 = slot;
        epoll_ctl(epoll_, EPOLL_CTL_ADD, link.fd, &wanted);
    }

    void take(const epoll_event& event) {
        Link& link = links_[event.data.u32];
        if (link.fd < 0) { return; }
        if ((event.events & EPOLLIN) != 0 && !listen_to(link)) { return lose(link); }
        if ((event.events & (EPOLLERR | EPOLLHUP | EPOLLRDHUP)) != 0) { return lose(link); }
        if ((event.events & EPOLLOUT) != 0) {
            if (!link.connected) { ++tally_.connected; }
            link.connected = true;
            link.writable = true;
        }
    }

    /// False: it was closed.
    bool listen_to(Link& link) {
        std::array<std::uint8_t, 65536> buffer{};
        while (true) {
            const ssize_t n = recv(link.fd, buffer.data(), buffer.size(), 0);
            if (n < 0 && (errno == EAGAIN || errno == EINTR)) { return true; }
            if (n <= 0) { return false; }
            tally_.received += std::uint64_t(n);
            link.speaker->heard(BytesView{buffer}.first(std::size_t(n)));
            if (link.speaker->hangs_up()) { return false; }
            link.silent = false;
        }
    }

    void lose(Link& link) {
        if (link.connected) {
            ++tally_.dropped;
        } else {
            ++tally_.refused;
        }
        close(link.fd);
        link = Link{};
    }

    /// True: it could say more at once.
    bool speak(unsigned slot) {
        Link& link = links_[slot];
        if (link.fd < 0 || !link.writable || link.silent) { return false; }
        if (link.speaker->pause_ms() != 0 && Clock::now() < link.not_before) { return false; }
        for (std::size_t turn = 0; turn < one_turn;) {
            if (link.sent == link.said.bytes.size()) {
                link.said = link.speaker->next();
                link.sent = 0;
                if (link.said.bytes.empty()) { return fall_silent(link); }
            }
            std::size_t size = link.said.bytes.size() - link.sent;
            if (link.speaker->chunk() != 0) { size = std::min(size, link.speaker->chunk()); }
            const ssize_t n = send(link.fd, link.said.bytes.data() + link.sent, size, MSG_NOSIGNAL);
            if (n < 0) {
                link.writable = false;
                if (errno != EAGAIN && errno != EINTR) { lose(link); }
                return false;
            }
            link.sent += std::size_t(n);
            tally_.bytes += std::uint64_t(n);
            turn += std::max<std::size_t>(std::size_t(n), 4096); // many small writes are a turn, too
            if (link.sent == link.said.bytes.size()) { tally_.frames += link.said.frames; }
            if (link.speaker->pause_ms() != 0) {
                link.not_before = Clock::now() + milliseconds(link.speaker->pause_ms());
                return false;
            }
        }
        return true;
    }

    bool fall_silent(Link& link) {
        link.silent = true;
        if (link.speaker->close_after()) {
            close(link.fd);
            link = Link{};
        }
        return false;
    }

    const Plan& plan_;
    const SpeakerFactory& factory_;
    const std::function<bool()>& stop_;
    std::vector<Link> links_;
    int epoll_;
    Clock::time_point begin_{};
    std::uint64_t opened_ = 0;
    Tally tally_{};
};

/// Hello, then the pattern from one of its frames on.
class PatternSpeaker final : public Speaker {
  public:
    PatternSpeaker(const Part& part, std::uint64_t number, unsigned slot) : pattern_(part.pattern) {
        if (!part.before_hello) { hello_ = greeting(part.scene, number); }
        if (!pattern_.begins.empty() && pattern_.repeat) {
            at_ = pattern_.begins[(slot * 7919) % pattern_.begins.size()];
            frames_left_ = pattern_.begins.size() - (slot * 7919) % pattern_.begins.size();
        } else {
            frames_left_ = pattern_.begins.size();
        }
    }

    Said next() override {
        if (!hello_.empty() && !greeted_) {
            greeted_ = true;
            return {hello_, 1};
        }
        if (said_all_ && !pattern_.repeat) { return {}; }
        said_all_ = true;
        const Said out{BytesView{pattern_.bytes}.subspan(at_), frames_left_};
        at_ = 0;
        frames_left_ = pattern_.begins.size();
        return out;
    }
    /// Told to go, it makes room for the next connection at once; those that do not read wait until they are thrown
    /// out.
    void heard(BytesView bytes) override {
        static constexpr std::array<std::uint8_t, 6> farewell{0, 0, 0, 3, 0xc2, 0x01}; // end of a length, Disconnect
        told_to_go_ |= !std::ranges::search(bytes, farewell).empty();
    }
    bool hangs_up() const override { return told_to_go_; }
    std::size_t chunk() const override { return pattern_.chunk; }
    std::uint32_t pause_ms() const override { return pattern_.pause_ms; }
    bool close_after() const override { return pattern_.close_after; }

  private:
    const Pattern& pattern_;
    Bytes hello_{};
    std::size_t at_ = 0;
    std::uint64_t frames_left_ = 0;
    bool greeted_ = false;
    bool said_all_ = false;
    bool told_to_go_ = false;
};

} // namespace

SpeakerFactory speakers_of(const std::vector<Part>& parts) {
    return [&parts](std::uint64_t number, unsigned slot) -> std::unique_ptr<Speaker> {
        return std::make_unique<PatternSpeaker>(parts[number % parts.size()], number, slot);
    };
}

Tally run_load(const Plan& plan, const SpeakerFactory& factory, const std::function<bool()>& stop) {
    return Engine(plan, factory, stop).run();
}

} // namespace ethpoc::hostile
