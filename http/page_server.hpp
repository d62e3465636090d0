// PageServer: one page over HTTP until stop(). Keeps Asio out of the files that use it.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>

namespace ethpoc::http {

/// Serves one page, on a thread that the caller gives to run().
class PageServer {
  public:
    /// `html` stands at /. The browser is told to load nothing from anywhere else.
    explicit PageServer(std::string html);
    ~PageServer();
    PageServer(const PageServer&) = delete;
    PageServer& operator=(const PageServer&) = delete;

    /// The address that it listens on, "127.0.0.1:8000"; the error is a sentence.
    std::expected<std::string, std::string> open(const std::string& host, std::uint16_t port);
    /// Serves until stop(), which may be called from any thread.
    void run();
    /// Ends run(); from any thread.
    void stop();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace ethpoc::http
