// ask_local: one request to a Server that listens on a Unix socket of this machine. Waits for the answer.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <string>

namespace ethpoc::http {

/// What a server said: status and body, nothing else of its answer.
struct LocalAnswer {
    unsigned status = 0;
    std::string body{};
};

/// Why there is no answer.
struct LocalFailure {
    bool nobody = false; // there is no such socket, or nobody listens at it any more
    std::string sentence{};
};

/// `target` is a path with a query in percent-encoding; `body` goes with a POST. Of the answer at most 256 MiB are
/// read. `timeout` is for all of it together.
std::expected<LocalAnswer, LocalFailure> ask_local(const std::string& path, const std::string& method,
                                                   const std::string& target, const std::string& body,
                                                   std::chrono::milliseconds timeout);

} // namespace ethpoc::http
