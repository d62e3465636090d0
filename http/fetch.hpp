// Fetch: gets what stands at an http:// URL, without waiting: the answer comes by a call on the thread of the
// io_context. Redirects are not followed, and nothing compressed is taken: the sentence says what stands there.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>

#include "http/url.hpp"

namespace boost::asio {
class io_context; // NOLINT(readability-identifier-naming): it is Boost's
} // namespace boost::asio

namespace ethpoc::http {

/// How large an answer may be, and how long all of it may take.
struct FetchLimits {
    std::uint64_t body = 1u << 20;             // bytes of the answer
    std::chrono::milliseconds connect{10'000}; // to find the host and connect to one of its addresses
    std::chrono::milliseconds whole{30'000};   // with the connecting
};

/// One request at a time to any host; see the head of this file.
class Fetch {
  public:
    /// The body of an answer with status 200, or a sentence without the URL that may hold bytes of the other side's.
    using Answer = std::expected<std::string, std::string>;
    /// Takes the answer.
    using Done = std::function<void(Answer)>;

    /// `io` outlives it, and one thread at most runs it.
    explicit Fetch(boost::asio::io_context& io, FetchLimits limits = {});
    /// Nothing is called any more.
    ~Fetch();
    Fetch(const Fetch&) = delete;
    Fetch& operator=(const Fetch&) = delete;

    /// One at a time: one that is under way is forgotten. `done` is called once, never from within get().
    void get(const Url& url, Done done);
    bool under_way() const noexcept { return work_ != nullptr; }
    /// Forgets the one that is under way.
    void cancel();

  private:
    struct Work;
    boost::asio::io_context& io_;
    FetchLimits limits_;
    std::shared_ptr<Work> work_{};
};

} // namespace ethpoc::http
