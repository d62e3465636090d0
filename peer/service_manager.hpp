// service_manager: tells the program that has started us as a service how we are, in the protocol of sd_notify(3): one
// datagram to the Unix socket that $NOTIFY_SOCKET names.
#pragma once

#include <string>
#include <string_view>

namespace ethpoc::peer {

/// Says what the program does; who listens does not matter to it.
class ServiceManager {
  public:
    /// `socket`: what NOTIFY_SOCKET says: a path, or @NAME for an abstract one. Empty: nobody is told anything.
    explicit ServiceManager(std::string socket) : socket_(std::move(socket)) {}

    /// Ready, with a line for people about it.
    void ready(std::string_view status) const;
    /// Settings are read again (RELOADING=1); ready() follows.
    void reloading() const;
    /// The program ends (STOPPING=1).
    void stopping() const;

  private:
    /// Lines NAME=value. A second at most.
    void tell(std::string_view lines) const;

    std::string socket_;
};

} // namespace ethpoc::peer
