#include "peer/service_manager.hpp"

#include <chrono>
#include <cstddef>
#include <cstring>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

namespace ethpoc::peer {

void ServiceManager::ready(std::string_view status) const {
    tell("READY=1\nSTATUS=" + std::string(status) + "\n");
}

void ServiceManager::reloading() const {
    using namespace std::chrono;
    const auto now = duration_cast<microseconds>(steady_clock::now().time_since_epoch()); // CLOCK_MONOTONIC
    tell("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(now.count()) + "\n");
}

void ServiceManager::stopping() const {
    tell("STOPPING=1\n");
}

void ServiceManager::tell(std::string_view lines) const {
    sockaddr_un to{};
    const bool known = socket_.starts_with('/') || socket_.starts_with('@');
    if (!known || socket_.size() >= sizeof to.sun_path) { return; }
    to.sun_family = AF_UNIX;
    std::memcpy(to.sun_path, socket_.data(), socket_.size());
    if (socket_.front() == '@') { to.sun_path[0] = '\0'; }
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
    const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) { return; }
    const timeval longest{1, 0}; // one that reads nothing does not stop us
    ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &longest, sizeof longest);
    [[maybe_unused]] const ssize_t sent =
        ::sendto(fd, lines.data(), lines.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&to), size);
    ::close(fd);
}

} // namespace ethpoc::peer
