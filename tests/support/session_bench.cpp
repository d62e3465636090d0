#include "tests/support/session_bench.hpp"

#include <algorithm>
#include <utility>

#include "wire/codec.hpp"

namespace ethpoc::test {

Bytes framed(std::string_view payload_hex) {
    const Bytes payload = hex(payload_hex);
    const auto header = wire::frame_header(payload.size());
    Bytes out(header.size() + payload.size());
    std::ranges::copy(payload, std::ranges::copy(header, out.begin()).out);
    return out;
}

Bytes hello_frame(const TheirHello& hello) {
    wire::HelloOut out;
    out.network_id = hello.network_id;
    out.client_id = hello.client_id;
    out.capabilities = hello.capabilities;
    out.listen_port = 30303;
    out.node_id.bytes.fill(hello.id_byte);
    return wire::compose_hello(*wire::find_profile(hello.version), out);
}

Bytes status_frame(std::string_view version, const wire::IdOffsets& offsets) {
    const wire::Profile& profile = *wire::find_profile(version);
    wire::Status status;
    status.version = profile.eth_version;
    return wire::compose_status(profile, status, offsets);
}

SessionBench::SessionBench(peer::Direction direction) : session(host, options, 7, direction, "192.0.2.1:30303") {
    options.status_pause = {}; // most tests are not about it
}

SessionBench& SessionBench::make_ready(SessionBench& bench, const TheirHello& hello) {
    bench.start();
    bench.feed(hello_frame(hello));
    bench.said();
    return bench;
}

void SessionBench::wait(std::chrono::milliseconds time) {
    const peer::Time end = clock.now + time;
    // A deadline that is due again and again without end would be a busy loop: 10,000 is far beyond what is needed.
    for (int turns = 0; turns < 10'000 && !session.ended() && session.deadline() <= end; ++turns) {
        clock.now = std::max(clock.now, session.deadline());
        session.tick(clock.now);
        write_all();
    }
    clock.now = end;
    session.tick(clock.now);
}

std::string SessionBench::said() {
    write_all();
    return std::exchange(names_, {});
}

void SessionBench::write_all() {
    while (const peer::Outbox::Entry* entry = session.next_frame(clock.now)) {
        written.push_back(*entry->frame);
        written_at.push_back(clock.now);
        types.push_back(entry->type);
        names_ += (names_.empty() ? "" : " ") + std::string(wire::name_of(entry->type));
        session.wrote(clock.now);
    }
}

std::optional<wire::Reason> SessionBench::reason_said() const {
    if (written.empty() || types.back() != wire::MessageType::Disconnect) { return std::nullopt; }
    return wire::Reason{written.back().back()}; // c2 01 07: reasons are below 80, and 0 is written 80
}

} // namespace ethpoc::test
