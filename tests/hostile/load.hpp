// What ethpoc_hostile_load is made of: who is attacked (Scene), what is said (Pattern, by the rows of *_attacks.cpp),
// and how (Plan, carried out by load_engine.cpp). It belongs to tests/hostile/suite.py, which has the table of what
// must hold.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chain/rules.hpp"
#include "rlp/bytes.hpp"
#include "wire/profile.hpp"

namespace ethpoc::hostile {

/// Which node is attacked: the version that we speak, and blocks that it has (oldest first, with their hashes).
struct Scene {
    const wire::Profile* profile = nullptr;
    std::string client_id = "hostile/v1"; // not Go's: it decides about the genesis
    Hash256 genesis{};
    std::vector<Bytes> blocks{};
    std::vector<Hash256> hashes{};
    std::uint64_t seed = 1;
};

/// The recorded chain of tests/chains or the shared folder that a node of this version is on, if there is one.
Scene make_scene(std::string_view version, std::uint64_t seed);

/// Bytes that a connection says after its Hello, or instead of it.
struct Pattern {
    Bytes bytes{};
    std::vector<std::size_t> begins{}; // of the frames in `bytes`; connections begin at different ones
    bool repeat = true;                // false: once, and then silence
    std::size_t chunk = 0;             // bytes of one write; 0: as many as the socket takes
    std::uint32_t pause_ms = 0;        // between two writes
    bool close_after = false;          // once all is said; a new connection says it again
};

/// A row of the table of attacks.
struct Attack {
    std::string_view name;
    bool before_hello;                         // it stands where Hello should
    std::function<Pattern(const Scene&)> make; // no bytes: the version does not have the message
    std::string_view what;
};
std::span<const Attack> attacks();
const Attack* find_attack(std::string_view name);

/// The Hello, and in the p2p family the Status, of a peer of this scene. `number` makes its node id.
Bytes greeting(const Scene& scene, std::uint64_t number);

struct Plan {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;
    unsigned connections = 1;
    unsigned addresses = 0;     // 0: one for each eight connections
    unsigned first_address = 2; // the last byte of 127.0.0.2
    double seconds = 2;
    std::uint64_t max_bytes = std::uint64_t{16} << 30;
    unsigned redials = 100; // a second, of all connections together
    bool reads = true;
    int window = 4096; // SO_RCVBUF of those that do not read
};

struct Tally {
    std::uint64_t bytes = 0;
    std::uint64_t frames = 0;
    std::uint64_t received = 0;
    std::uint64_t connected = 0;
    std::uint64_t dropped = 0; // by the other side
    std::uint64_t refused = 0; // not even connected
    double seconds = 0;
};

/// One connection's endless text. `next()` stays valid until the next call.
class Speaker {
  public:
    virtual ~Speaker() = default;
    struct Said {
        BytesView bytes{};
        std::uint64_t frames = 0; // whole ones, when all of it has left
    };
    /// Nothing: silence from now on, or until heard() changes that.
    virtual Said next() = 0;
    /// What the other side says; only of those that read.
    virtual void heard(BytesView) {}
    virtual bool hangs_up() const { return false; }
    virtual std::size_t chunk() const { return 0; }
    virtual std::uint32_t pause_ms() const { return 0; }
    virtual bool close_after() const { return false; }
};
/// `number` counts connections from 0 on, lost ones too; `slot` is 0 .. connections-1.
using SpeakerFactory = std::function<std::unique_ptr<Speaker>(std::uint64_t number, unsigned slot)>;

/// Several scenes and patterns take turns, connection by connection.
struct Part {
    Scene scene;
    Pattern pattern;
    bool before_hello = false;
};
SpeakerFactory speakers_of(const std::vector<Part>& parts);

/// Runs until the time is over, the bytes are spent, `stop` says so, or nobody listens any more.
Tally run_load(const Plan& plan, const SpeakerFactory& factory, const std::function<bool()>& stop);

/// Mutations of recorded frames. Ends when the other side has handled `frames` of them: a Ping after each handful
/// tells.
struct FuzzTally {
    std::uint64_t handled = 0;
    std::uint64_t handfuls = 0;
};
SpeakerFactory fuzz_speakers(std::uint64_t seed, FuzzTally& tally);

} // namespace ethpoc::hostile
