// What is no message, or not yet: noise, lengths, frames that never end, Hellos of megabytes.
#include "rlp/encode.hpp"
#include "tests/hostile/attack_rows.hpp"
#include "wire/codec.hpp"

namespace ethpoc::hostile {

namespace {

constexpr std::size_t largest_frame = 16u << 20;

Bytes head(std::uint32_t length) {
    const auto bytes = wire::frame_header(length);
    return {bytes.begin(), bytes.end()};
}

Pattern noise(const Scene& scene) {
    std::mt19937_64 random(scene.seed);
    Pattern out;
    out.bytes.resize(loop_size);
    for (std::uint8_t& byte : out.bytes) {
        byte = std::uint8_t(random());
    }
    out.begins.push_back(0);
    return out;
}

Pattern tokens() {
    const Bytes token{0x22, 0x40, 0x08, 0x91};
    return loop(token);
}

Pattern lengths(std::uint32_t length) {
    return loop(head(length));
}

/// All but the last byte, and then silence.
Pattern unfinished() {
    Pattern out;
    out.begins.push_back(0);
    out.bytes = head(std::uint32_t(largest_frame));
    out.bytes.resize(wire::frame_header_size + largest_frame - 1, 0x13);
    out.repeat = false;
    return out;
}

Pattern drip(BytesView frame, std::uint32_t pause_ms) {
    Pattern out = loop(frame);
    out.chunk = 1;
    out.pause_ms = pause_ms;
    return out;
}

/// A p2p Hello that lists `count` capabilities; the names are one letter each, so it is about a byte for each of them.
Bytes hello_of_capabilities(std::size_t count) {
    rlp::BackwardWriter out;
    const NodeId id = NodeId::right_aligned(made_up(count));
    out.put_string(id);
    out.put_uint(30303);
    const std::size_t mark = out.mark();
    const Bytes letters(count, 'e');
    out.put_raw(letters);
    out.close_list(mark);
    out.put_string(as_bytes("hostile/v1"));
    out.put_uint(2);
    out.put_uint(0);
    out.close_list(0);
    return framed(out.view());
}

/// Protocol 0, in the item-counted RLP: a list (ba: its count in three bytes follows) of numbers below 24, a byte each.
Bytes counted_hello(std::size_t count) {
    Bytes payload{0xba};
    for (int shift = 16; shift >= 0; shift -= 8) {
        payload.push_back(std::uint8_t(count >> shift));
    }
    payload.resize(payload.size() + count, 0x00);
    return framed(payload);
}

/// Frames inside frames: a reader that looks for a token in a frame that proved to be none begins anew at each of them.
Pattern nested() {
    Bytes inner{0xc1, 0x02};
    for (int depth = 0; depth < 2000; ++depth) {
        Bytes payload{0xf9, 0xff, 0xff};
        const Bytes whole = framed(inner);
        payload.insert(payload.end(), whole.begin(), whole.end());
        inner = std::move(payload);
    }
    return loop(framed(inner));
}

/// As much as one connection is forgiven, so that each gets all its lines of the log.
Pattern farewell() {
    Pattern out = loop(framed(Bytes{0xf8, 0xff, 0x13, 0x00}), 5 * (wire::frame_header_size + 4));
    out.repeat = false;
    return out;
}

/// No RLP, and a whole good frame in the middle: strikes must be counted nevertheless.
Pattern malformed_with_token(const Scene& scene) {
    Bytes payload{0xf8, 0xff, 0x13};
    const Bytes ping = wire::compose_plain(*scene.profile, wire::MessageType::Ping);
    payload.insert(payload.end(), ping.begin(), ping.end());
    payload.insert(payload.end(), {1, 2, 3});
    return loop(framed(payload));
}

Bytes lists_in_lists(std::size_t depth) {
    Bytes out{0xc0};
    rlp::BackwardWriter writer;
    writer.put_raw(out);
    for (std::size_t i = 0; i < depth; ++i) {
        writer.close_list(0);
    }
    return framed(writer.view());
}

Bytes client_id_of(const Scene& scene, std::size_t size) {
    wire::HelloOut hello;
    const std::string client(size, '\x1b');
    hello.client_id = client;
    hello.node_id.bytes.fill(0x31);
    hello.listen_port = 30303;
    return wire::compose_hello(*scene.profile, hello);
}

Pattern connect_only() {
    Pattern out = loop(Bytes{0x22}, 1);
    out.repeat = false;
    out.close_after = true;
    return out;
}

Pattern nothing_said() {
    Pattern out = loop(Bytes{0x22}, 1);
    out.repeat = false;
    return out;
}

Pattern once(Bytes frame) {
    Pattern out;
    add(out, frame);
    out.repeat = false;
    return out;
}

} // namespace

std::vector<Attack> byte_attacks() {
    using S = const Scene&;
    constexpr bool before = true;
    constexpr bool after = false;
    return {
        {"noise", before, noise, "random bytes"},
        {"noise-after-hello", after, noise, "random bytes after Hello"},
        {"tokens", before, [](S) { return tokens(); }, "tokens without lengths"},
        {"tokens-after-hello", after, [](S) { return tokens(); }, "tokens without lengths after Hello"},
        {"lengths", before, [](S) { return lengths(0xfffffff0); }, "headers of 4 GiB"},
        {"lengths-after-hello", after, [](S) { return lengths(0xfffffff0); }, "headers of 4 GiB after Hello"},
        {"empty-frames", after, [](S) { return lengths(0); }, "frames of nothing"},
        {"unfinished", before, [](S) { return unfinished(); }, "all but the last byte of 16 MiB before Hello"},
        {"unfinished-after-hello", after, [](S) { return unfinished(); }, "all but the last byte of 16 MiB"},
        {"drip", before, [](S s) { return drip(greeting(s, 1), 100); }, "a Hello, a byte each 100 ms"},
        {"drip-after-hello", after,
         [](S s) { return drip(wire::compose_plain(*s.profile, wire::MessageType::Ping), 0); },
         "Pings, a byte each write"},
        {"hello-capabilities", before, [](S) { return once(hello_of_capabilities(1'900'000)); },
         "a Hello of 1.9 million capabilities"},
        {"hello-counted", before, [](S) { return once(counted_hello(1'900'000)); },
         "a Hello of protocol 0 of 1.9 million items"},
        {"hello-client-id", before, [](S s) { return once(client_id_of(s, 1'900'000)); },
         "a Hello with a client id of 1.9 MB"},
        {"malformed", after,
         [](S) {
             return loop(framed(Bytes{0xf8, 0xff, 0x13, 0x00}));
         },
         "messages that are no RLP"},
        {"malformed-5", after, [](S) { return farewell(); }, "five messages that are no RLP, and the next connection"},
        {"malformed-token", after, malformed_with_token, "messages that are no RLP, with a token in them"},
        {"nested", after, [](S) { return nested(); }, "frames in frames"},
        {"lists-in-lists", after, [](S) { return loop(lists_in_lists(20'000)); }, "20,000 lists in each other"},
        {"connect", before, [](S) { return connect_only(); }, "connections that go at once"},
        {"silence", before, [](S) { return nothing_said(); }, "connections that say one byte"},
    };
}

} // namespace ethpoc::hostile
