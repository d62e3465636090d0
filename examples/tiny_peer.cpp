// A peer in sixty lines: says Hello, prints what it hears, answers Ping. Needs ethpoc::wire and sockets.
//   tiny_peer PORT         waits for one connection (port 0: any free one)
//   tiny_peer HOST PORT    dials
#include <arpa/inet.h>
#include <cstdio>
#include <cstdlib>
#include <sys/socket.h>
#include <unistd.h>

#include "wire/codec.hpp"
#include "wire/frame.hpp"

namespace wire = ethpoc::wire;

static int connected_socket(const char* host, const char* port) {
    const int made = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(port)));
    inet_pton(AF_INET, host != nullptr ? host : "127.0.0.1", &address.sin_addr);
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    if (host != nullptr) { return connect(made, any, size) == 0 ? made : -1; }
    if (bind(made, any, size) != 0 || listen(made, 1) != 0 || getsockname(made, any, &size) != 0) { return -1; }
    std::printf("listening on 127.0.0.1:%d\n", ntohs(address.sin_port));
    std::fflush(stdout);
    return accept(made, nullptr, nullptr);
}

int main(int count, char** words) {
    if (count < 2) { return std::puts("tiny_peer [HOST] PORT"), 2; }
    const int peer = connected_socket(count > 2 ? words[1] : nullptr, words[count - 1]);
    if (peer < 0) { return std::perror("tiny_peer"), 3; }
    const wire::Profile& version = *wire::find_profile("23"); // of PoC-6; `ethpoc protocols` lists all
    const auto say = [peer](const ethpoc::Bytes& frame) { return write(peer, frame.data(), frame.size()) > 0; };
    const ethpoc::NodeId id{{1}}; // peers refuse one of zeros only
    say(wire::compose_hello(version, {.client_id = "tiny peer", .listen_port = 30303, .node_id = id}));

    wire::FrameDecoder decoder;
    std::uint8_t buffer[4096];
    for (ssize_t n = 0; (n = read(peer, buffer, sizeof buffer)) > 0;) {
        decoder.feed({buffer, static_cast<std::size_t>(n)});
        for (auto step = decoder.next(); step != wire::FrameDecoder::Step::need_more; step = decoder.next()) {
            if (step == wire::FrameDecoder::Step::skipped) {
                std::puts(decoder.error().message().c_str());
                continue;
            }
            const auto message = wire::decode(version, decoder.frame().payload);
            if (!message) {
                std::puts(message.error().message().c_str());
                say(wire::compose_disconnect(version, wire::reason::bad_protocol));
                return close(peer), 1;
            }
            const wire::MessageType type = wire::type_of(*message);
            std::printf("%s\n", std::string(wire::name_of(type)).c_str());
            if (type == wire::MessageType::Ping) { say(wire::compose_plain(version, wire::MessageType::Pong)); }
        }
    }
    return close(peer), 0;
}
