// What hostile bytes cost. None of these streams may cost more than linear: a megabyte is a megabyte, however many.
#include <functional>
#include <random>

#include "tests/bench/measure.hpp"
#include "tests/bench/scaling.hpp"
#include "tests/support/session_bench.hpp"
#include "wire/codec.hpp"
#include "wire/frame.hpp"

namespace ethpoc::bench {

namespace {

/// All frames and skipped runs of a stream that comes in pieces.
void decode_frames(const Bytes& stream, std::size_t piece) {
    wire::FrameDecoder decoder;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
        decoder.feed(BytesView(stream).subspan(at, std::min(piece, stream.size() - at)));
        for (;;) {
            const auto step = decoder.next();
            keep(step);
            if (step == wire::FrameDecoder::Step::need_more) { break; }
        }
    }
}

Bytes repeated(std::initializer_list<std::uint8_t> pattern, std::size_t size) {
    Bytes out(size);
    for (std::size_t i = 0; i < size; ++i) {
        out[i] = *(pattern.begin() + i % pattern.size());
    }
    return out;
}

Bytes noise(std::size_t size) {
    std::mt19937_64 random(1);
    Bytes out(size);
    for (auto& b : out) {
        b = static_cast<std::uint8_t>(random());
    }
    return out;
}

/// One list around `payload`.
Bytes list_of(BytesView payload) {
    rlp::BackwardWriter out;
    out.put_raw(payload);
    out.close_list(0);
    return out.take();
}

Bytes nested(std::size_t size) {
    rlp::BackwardWriter out(size + 16);
    while (out.mark() < size) {
        out.close_list(0);
    }
    return out.take();
}

Bytes message(std::uint8_t id, BytesView items) {
    Bytes payload{id};
    payload.insert(payload.end(), items.begin(), items.end());
    return list_of(payload);
}

void decode_message(const Bytes& payload) {
    const auto read = wire::decode(*wire::find_flat(12), payload);
    keep(read.has_value());
}

/// A session that is fed all of it, as fast as it takes it.
void feed_session(const Bytes& stream) {
    test::SessionBench bench;
    test::SessionBench::make_ready(bench);
    for (std::size_t at = 0; at < stream.size() && !bench.session.ended(); at += 65'536) {
        bench.session.receive(BytesView(stream).subspan(at, std::min<std::size_t>(65'536, stream.size() - at)),
                              bench.clock.now);
        bench.said();
    }
}

struct Kind {
    const char* what;
    std::function<Bytes(std::size_t)> make;
    std::function<void(const Bytes&)> work;
};

const std::vector<Kind>& kinds() {
    static const std::vector<Kind> all{
        {"hostile: noise instead of frames, in one piece", noise, [](const Bytes& b) { decode_frames(b, b.size()); }},
        {"hostile: noise, 7 bytes at a time", noise, [](const Bytes& b) { decode_frames(b, 7); }},
        {"hostile: tokens without lengths",
         [](std::size_t n) {
             return repeated({0x22, 0x40, 0x08, 0x91}, n);
         },
         [](const Bytes& b) { decode_frames(b, 65'536); }},
        {"hostile: a session that gets tokens without lengths",
         [](std::size_t n) {
             return repeated({0x22, 0x40, 0x08, 0x91}, n);
         },
         feed_session},
        {"hostile: frames of nothing, to a session",
         [](std::size_t n) {
             return repeated({0x22, 0x40, 0x08, 0x91, 0, 0, 0, 0}, n);
         },
         feed_session},
        {"hostile: lists in lists, validated", nested,
         [](const Bytes& b) { keep(rlp::validate(b, rlp::Mode::strict, {.max_depth = 1u << 30}).has_value()); }},
        {"hostile: Peers of empty lists", [](std::size_t n) { return message(0x11, repeated({0xc0}, n)); },
         decode_message},
        {"hostile: Blocks of single bytes, the last one cut",
         [](std::size_t n) {
             Bytes items = repeated({0x01}, n);
             items.back() = 0x82;
             return message(0x13, items);
         },
         decode_message},
        {"hostile: GetChain of hashes of no byte", [](std::size_t n) { return message(0x14, repeated({0x80}, n)); },
         decode_message},
    };
    return all;
}

} // namespace

std::vector<Curve> hostile_curves(bool smoke) {
    std::vector<Curve> out;
    for (const Kind& kind : kinds()) {
        Curve curve{kind.what, "bytes", "ms", "ns/byte", {}};
        for (const std::size_t size : smoke ? std::vector<std::size_t>{1u << 12, 1u << 14}
                                            : std::vector<std::size_t>{1u << 18, 1u << 20, 1u << 22, 1u << 24}) {
            const Bytes stream = kind.make(size);
            std::vector<double> seconds;
            for (int i = 0; i < (smoke ? 1 : 5); ++i) {
                seconds.push_back(cpu_of([&] { kind.work(stream); }));
            }
            const double cost = median(seconds);
            curve.points.push_back({size, 1e3 * cost, 1e9 * cost / static_cast<double>(size), 0});
        }
        out.push_back(std::move(curve));
    }
    return out;
}

} // namespace ethpoc::bench
