// FrameDecoder over any bytes. The first byte chooses the fragmentation and what is done with frames.
//
// What must hold: frames and skipped runs lie one after the other without a gap, nothing is kept that was not fed, and
// a second decoder that is fed byte by byte tells the same.
#include <algorithm>
#include <cstdlib>
#include <string>

#include "show/frame_text.hpp"
#include "wire/frame.hpp"

using namespace ethpoc;
using namespace ethpoc::wire;

namespace {

void require(bool good) {
    if (!good) { std::abort(); }
}

struct Plan {
    std::size_t chunk;
    bool reopen;
    FrameOptions options;
};

std::string told(BytesView bytes, const Plan& plan) {
    using Step = FrameDecoder::Step;
    FrameDecoder decoder{plan.options};
    std::string out;
    std::uint64_t at = 0;
    for (std::size_t fed = 0; fed < bytes.size();) {
        const Bytes chunk(bytes.begin() + static_cast<std::ptrdiff_t>(fed),
                          bytes.begin() + static_cast<std::ptrdiff_t>(std::min(fed + plan.chunk, bytes.size())));
        fed += chunk.size();
        decoder.feed(chunk);
        for (Step step = decoder.next(); step != Step::need_more; step = decoder.next()) {
            if (step == Step::skipped) {
                require(decoder.error().offset == at);
                at += decoder.error().length;
                out += "skipped " + std::to_string(at) + '|';
                continue;
            }
            const Frame& frame = decoder.frame();
            require(frame.offset == at && frame.payload.size() <= plan.options.max_payload);
            at += frame_header_size + frame.payload.size();
            out += "frame " + std::to_string(at) + '|';
            const std::size_t skip = frame.payload.size() / 2;
            const std::size_t back = frame.payload.size() - skip;
            if (plan.reopen && decoder.reopen(skip)) { at -= back; }
        }
        require(decoder.buffered() <= fed && decoder.missing() > 0);
        require(decoder.stream_offset() <= fed);
    }
    return out;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) { return 0; }
    const std::uint8_t choice = data[0];
    const BytesView bytes{data + 1, size - 1};
    Plan plan{.chunk = 1 + (choice & 0x1fu), .reopen = (choice & 0x20u) != 0, .options = {}};
    plan.options.max_payload = (choice & 0x40u) != 0 ? 64 : default_max_payload;
    const std::string here = told(bytes, plan);
    plan.chunk = 1;
    require(told(bytes, plan) == here);
    const auto back = ethpoc::show::from_text(ethpoc::show::frames_to_text(bytes)); // the text form loses nothing
    require(back.has_value() && std::ranges::equal(*back, bytes));
    return 0;
}
