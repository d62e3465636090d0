#include "peer/driver_loop.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>

#include "peer/network.hpp"

namespace ethpoc::peer {

namespace asio = boost::asio;

struct DriverLoop::Impl {
    explicit Impl(std::chrono::milliseconds connect_timeout) : network(io, connect_timeout) {}

    asio::io_context io{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
    Network network;
};

DriverLoop::DriverLoop(std::chrono::milliseconds connect_timeout) : impl_(std::make_unique<Impl>(connect_timeout)) {}
DriverLoop::~DriverLoop() = default;

Transport& DriverLoop::transport() noexcept {
    return impl_->network;
}

Result<std::string> DriverLoop::listen(DriverOwner& owner, const std::string& host, std::uint16_t port) {
    return impl_->network.listen(owner, host, port);
}

void DriverLoop::run(const std::function<Time()>& deadline, const std::function<void()>& due) {
    constexpr auto longest = std::chrono::seconds(1); // run_one_until() of a far time would overflow
    while (!impl_->io.stopped()) {
        due();
        impl_->io.run_one_until(std::min(deadline(), now() + longest));
        impl_->io.poll();
    }
}

void DriverLoop::stop() {
    impl_->io.stop();
}

void DriverLoop::post(std::function<void()> work) {
    asio::post(impl_->io, std::move(work));
}

} // namespace ethpoc::peer
