#include "record/capture_streams.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace ethpoc::record {
namespace {

class StreamCollector {
  public:
    explicit StreamCollector(std::size_t most) : most_(most) {}

    void take(std::size_t connection, wire::Side from, std::uint64_t place, BytesView bytes) {
        if (bytes.size() > most_ - kept_) { full_ = true; }
        if (full_) { return; }
        kept_ += bytes.size();
        const auto [found, made] = last_.try_emplace({connection, from}, streams_.size());
        const bool follows = !made && streams_[found->second].begin + streams_[found->second].bytes.size() == place;
        if (!follows) {
            found->second = streams_.size();
            streams_.push_back({connection, from, place, {}});
        }
        Bytes& own = streams_[found->second].bytes;
        own.insert(own.end(), bytes.begin(), bytes.end());
    }
    bool full() const noexcept { return full_; }
    std::vector<CapturedStream> sorted() {
        std::ranges::sort(streams_, {},
                          [](const CapturedStream& one) { return std::tuple(one.connection, one.from, one.begin); });
        return std::move(streams_);
    }

  private:
    std::size_t most_;
    std::size_t kept_ = 0;
    bool full_ = false;
    std::vector<CapturedStream> streams_{};
    std::map<std::pair<std::size_t, wire::Side>, std::size_t> last_{};
};

} // namespace

bool is_other_protocol(const ConnectionInfo& info) {
    return info.messages == 0 && info.malformed == 0 && info.other_protocol != 0;
}

std::expected<CapturedStreams, std::string> read_streams(ByteFile file, const wire::Profile* assumed,
                                                         std::size_t most) {
    StreamCollector collector(most);
    CaptureOptions options{.assumed = assumed};
    options.stream = [&collector](std::size_t connection, wire::Side from, std::uint64_t place, BytesView bytes) {
        collector.take(connection, from, place, bytes);
    };
    auto summary = read_capture(std::move(file), options, [&collector](const Heard&) { return !collector.full(); });
    if (!summary) { return std::unexpected(std::move(summary.error())); }
    CapturedStreams out{collector.sorted(), *std::move(summary), collector.full()};
    std::erase_if(out.streams, [&out](const CapturedStream& stream) {
        return is_other_protocol(out.summary.connections[stream.connection]);
    });
    return out;
}

} // namespace ethpoc::record
