// A session fed with anything, in any pieces, while time goes by in any steps: it never crashes, never says anything
// before its Hello, and what it keeps stays within its limits. Input: one command byte each,
//
//   0x00-0xdf  so many bytes of the input are received     0xe0-0xe7  time: 2^n * 100 ms       0xe8  writes one frame
//   0xe9  FIN   0xea  their Hello (version from next byte)  0xeb  the chain fills or empties    0xec  ends it
//   0xed  a good frame around the next bytes (length first)   others: the socket stalls
#include <algorithm>
#include <cstdlib>

#include "tests/support/session_bench.hpp"
#include "wire/frame.hpp"

using namespace ethpoc;
using namespace std::chrono_literals;

namespace {

void require(bool holds) {
    if (!holds) { std::abort(); }
}

class Input {
  public:
    explicit Input(BytesView bytes) : left_(bytes) {}
    bool empty() const { return left_.empty(); }
    std::uint8_t byte() { return empty() ? std::uint8_t{0} : take(1).front(); }
    BytesView take(std::size_t n) {
        const BytesView out = left_.first(std::min(n, left_.size()));
        left_ = left_.subspan(out.size());
        return out;
    }

  private:
    BytesView left_;
};

class Runner {
  public:
    explicit Runner(std::uint8_t setup) :
        bench_((setup & 1) != 0 ? peer::Direction::inbound : peer::Direction::outbound) {
        const auto rows = wire::profiles();
        bench_.host.version = &rows[(setup >> 2) % rows.size()];
        bench_.host.fixed = (setup & 2) != 0;
        bench_.options.frames.max_payload = 4096;
        bench_.options.send_queue = 4096;
        bench_.options.deferred = 1024;
        bench_.start();
    }

    void step(Input& input) {
        const std::uint8_t command = input.byte();
        if (command < 0xe0) {
            receive(input.take(command));
        } else if (command < 0xe8) {
            bench_.clock.advance(100ms * (1 << (command & 7)));
            bench_.session.tick(bench_.clock.now);
        } else {
            special(command, input);
        }
        check();
    }

  private:
    void receive(BytesView bytes) {
        if (bench_.session.wants_bytes()) { bench_.session.receive(bytes, bench_.clock.now); }
    }

    void special(std::uint8_t command, Input& input) {
        switch (command) {
        case 0xe8:
            if (bench_.session.writable(bench_.clock.now) != nullptr) { bench_.session.wrote(bench_.clock.now); }
            break;
        case 0xe9:
            bench_.session.receive_eof(bench_.clock.now);
            break;
        case 0xea: {
            const auto rows = wire::profiles();
            receive(test::hello_frame({.version = rows[input.byte() % rows.size()].name}));
            break;
        }
        case 0xeb:
            bench_.host.full = !bench_.host.full;
            break;
        case 0xec:
            bench_.session.end(wire::reason::bad_protocol, "fuzz");
            break;
        case 0xed: {
            const BytesView payload = input.take(input.byte());
            const auto header = wire::frame_header(payload.size());
            Bytes frame(header.begin(), header.end());
            frame.insert(frame.end(), payload.begin(), payload.end());
            receive(frame);
            break;
        }
        default:
            bench_.clock.advance(31s);
            bench_.session.tick(bench_.clock.now);
            break;
        }
    }

    void check() {
        const peer::Phase phase = bench_.session.phase();
        require(phase >= last_phase_); // it never goes back
        last_phase_ = phase;
        require(bench_.host.ready_calls <= 1);
        require(bench_.session.client_id().size() <= 256);
        const auto& events = bench_.host.events.events;
        // Pong may answer before their Hello, after ours; nothing goes out before Hello but Disconnect.
        const auto first_out = std::ranges::find_if(events, [](const auto& e) { return e.starts_with("out "); });
        if (first_out != events.end()) { require(*first_out == "out Hello" || *first_out == "out Disconnect"); }
        if (phase == peer::Phase::ended) { require(bench_.session.writable(bench_.clock.now) == nullptr); }
    }

    test::SessionBench bench_;
    peer::Phase last_phase_ = peer::Phase::waiting;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(BytesView{data, size});
    Runner runner(input.byte());
    for (int steps = 0; !input.empty() && steps < 2000; ++steps) {
        runner.step(input);
    }
    return 0;
}
