// Splits a stream into frames, however it is cut into pieces: here byte by byte. Needs ethpoc::wire, which needs
// ethpoc::rlp only.
#include <cstdio>

#include "rlp/bytes.hpp"
#include "wire/frame.hpp"

int main() {
    using Step = ethpoc::wire::FrameDecoder::Step;
    const ethpoc::Bytes stream{
        0x22, 0x40, 0x08, 0x91, 0, 0, 0, 2, 0xc1, 0x02, // Ping
        0xff, 0xff,                                     // no frame
        0x22, 0x40, 0x08, 0x91, 0, 0, 0, 2, 0xc1, 0x03, // Pong
    };
    ethpoc::wire::FrameDecoder decoder;
    int frames = 0;
    int skipped = 0;
    for (const auto& byte : stream) {
        decoder.feed({&byte, 1});
        for (Step step = decoder.next(); step != Step::need_more; step = decoder.next()) {
            if (step == Step::frame) {
                const auto& [payload, offset] = decoder.frame();
                std::printf("a frame at %llu, %zu bytes of payload\n", static_cast<unsigned long long>(offset),
                            payload.size());
                ++frames;
            } else {
                std::puts(decoder.error().message().c_str());
                ++skipped;
            }
        }
    }
    return frames == 2 && skipped == 1 ? 0 : 1;
}
