// What does a peer do with a Ping whose id is not in its shortest form (81 02 instead of 02)? Needs ethpoc::wire.
//   probe HOST PORT
#include <arpa/inet.h>
#include <cstdio>
#include <cstdlib>
#include <sys/socket.h>
#include <unistd.h>

#include "wire/codec.hpp"
#include "wire/frame.hpp"

namespace wire = ethpoc::wire;

int main(int count, char** words) {
    if (count != 3) { return std::puts("probe HOST PORT"), 2; }
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(words[2])));
    inet_pton(AF_INET, words[1], &address.sin_addr);
    const int peer = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(peer, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) { return std::perror("probe"), 3; }
    constexpr timeval patience{.tv_sec = 5, .tv_usec = 0};
    setsockopt(peer, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);

    const wire::Profile& version = *wire::find_profile("23");
    const ethpoc::NodeId id{{2}};
    ethpoc::Bytes bytes = wire::compose_hello(version, {.client_id = "probe", .listen_port = 30303, .node_id = id});
    const ethpoc::Bytes odd{0x22, 0x40, 0x08, 0x91, 0, 0, 0, 3, 0xc2, 0x81, 0x02};
    bytes.insert(bytes.end(), odd.begin(), odd.end());
    if (write(peer, bytes.data(), bytes.size()) < 0) { return std::perror("probe"), 3; }

    wire::FrameDecoder decoder;
    std::uint8_t buffer[4096];
    for (ssize_t n = 0; (n = read(peer, buffer, sizeof buffer)) > 0;) {
        decoder.feed({buffer, static_cast<std::size_t>(n)});
        while (decoder.next() == wire::FrameDecoder::Step::frame) {
            const auto message = wire::decode(version, decoder.frame().payload);
            const auto type = message ? wire::type_of(*message) : wire::MessageType::Unknown;
            if (type == wire::MessageType::Pong) { return std::puts("tolerated: it said Pong"), 0; }
            if (type == wire::MessageType::Disconnect) { return std::puts("refused: it said Disconnect"), 1; }
        }
    }
    return std::puts("neither Pong nor Disconnect: it left, or was silent for five seconds"), 1;
}
