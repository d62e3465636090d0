// The network fuzzer: frames that genuine clients said, changed a little, in handfuls with a Ping after each. The Pong
// says that the handful was handled; only such frames are counted, and those that ended a connection.
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "rlp/hex.hpp"
#include "tests/hostile/attack_rows.hpp"
#include "tests/support/shared.hpp"
#include "wire/codec.hpp"

namespace ethpoc::hostile {

namespace {

constexpr std::size_t handful = 24;
constexpr unsigned raw_one_in = 60; // changes that care for no structure: five malformed messages end a connection
constexpr std::size_t longest_seed = 8192;
constexpr std::array versions{"7", "8", "12", "17", "28", "30", "p2p0/eth33", "p2p2/eth49", "p2p3/eth54", "0"};

Bytes read_file(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// Payloads of recorded conversations and of the fuzz corpus.
std::vector<Bytes> read_seeds() {
    std::vector<Bytes> out;
    const auto keep = [&](BytesView payload) {
        if (!payload.empty() && payload.size() <= longest_seed) { out.emplace_back(payload.begin(), payload.end()); }
    };
    for (const auto& file : test::files_below(test::test_file("sessions"), ".jsonl")) {
        std::ifstream in(file);
        wire::FrameDecoder decoder;
        std::vector<Bytes> pieces;
        for (std::string line; std::getline(in, line);) {
            const auto event = nlohmann::json::parse(line, nullptr, false);
            if (event.is_object() && event.contains("hex")) {
                pieces.push_back(from_hex(event["hex"].get<std::string>()).value_or(Bytes{}));
            }
        }
        for (const Bytes& piece : pieces) {
            decoder.feed(piece);
            for (auto step = decoder.next(); step != wire::FrameDecoder::Step::need_more; step = decoder.next()) {
                if (step == wire::FrameDecoder::Step::frame) { keep(decoder.frame().payload); }
            }
        }
    }
    for (const auto& file : test::files_below(test::test_file("fuzz/corpus/message"), "")) {
        const Bytes bytes = read_file(file);
        if (bytes.size() > 1) { keep(BytesView{bytes}.subspan(1)); } // the first byte chooses the profile
    }
    if (out.empty()) { throw std::runtime_error("no recorded frame was found"); }
    return out;
}

class Mutator {
  public:
    explicit Mutator(std::uint64_t seed) : random_(seed) {}

    std::uint64_t below(std::uint64_t n) { return random_() % n; }

    Bytes payload() {
        static const std::vector<Bytes> seeds = read_seeds();
        const Bytes* chosen = &seeds[below(seeds.size())];
        // A second Hello that differs, and Disconnect, end the connection; mostly something else is wanted.
        for (int tries = 0; ends_it(*chosen) && below(20) != 0 && tries < 50; ++tries) {
            chosen = &seeds[below(seeds.size())];
        }
        const Bytes& seed = *chosen;
        if (below(raw_one_in) == 0) { return raw(seed); }
        const auto item = rlp::first_item(seed);
        if (!item || !item->is_list || item->whole().size() != seed.size()) { return raw(seed); }
        rlp::BackwardWriter out;
        rewrite(*item, out, 0);
        return out.take();
    }

  private:
    static bool ends_it(BytesView payload) {
        const auto item = rlp::first_item(payload);
        const auto items = item && item->is_list ? rlp::list_items(item->whole()) : Result<rlp::Items>{};
        return wire::looks_like_hello(payload) ||
               (items && !items->empty() && items->begin()->payload().size() == 1 && items->begin()->payload()[0] == 1);
    }

    /// Bytes changed, cut out, doubled, cut off.
    Bytes raw(Bytes bytes) {
        for (auto times = 1 + below(4); times-- > 0 && !bytes.empty();) {
            const auto at = std::ptrdiff_t(below(bytes.size()));
            switch (below(4)) {
            case 0:
                bytes[std::size_t(at)] = std::uint8_t(random_());
                break;
            case 1:
                bytes.erase(bytes.begin() + at);
                break;
            case 2:
                bytes.insert(bytes.begin() + at, std::uint8_t(random_()));
                break;
            default:
                bytes.resize(std::size_t(at) + 1);
                break;
            }
        }
        return bytes;
    }

    /// The same tree with some members changed, doubled or left out: RLP still, and seldom what is expected.
    void rewrite(const rlp::Item& item, rlp::BackwardWriter& out, unsigned depth) {
        if (!item.is_list) { return out.put_string(scalar(item.payload())); }
        const std::size_t mark = out.mark();
        const auto items = rlp::list_items(item.whole());
        std::vector<rlp::Item> members;
        if (items) { members.assign(items->begin(), items->end()); }
        for (std::size_t i = members.size(); i-- > 0;) {
            const bool is_id = depth == 0 && i == 0;
            const auto choice = is_id ? below(400) : below(60);
            if (choice == 0) { continue; }
            const auto times = choice == 1 ? 1 + below(5) : 1;
            for (std::uint64_t n = 0; n < times; ++n) {
                if (choice == 2) {
                    out.put_raw(Bytes{0xc0});
                } else if (depth < 6 && !is_id) {
                    rewrite(members[i], out, depth + 1);
                } else {
                    out.put_raw(members[i].whole());
                }
            }
        }
        out.close_list(mark);
    }

    Bytes scalar(BytesView from) {
        Bytes bytes(from.begin(), from.end());
        switch (below(40)) {
        case 0:
            return {};
        case 1:
            return Bytes(1 + below(40), std::uint8_t(random_()));
        case 2:
            return Bytes(8, 0xff);
        case 3:
            bytes.push_back(std::uint8_t(random_()));
            return bytes;
        default:
            if (!bytes.empty() && below(3) == 0) { bytes[below(bytes.size())] ^= std::uint8_t(1u << below(8)); }
            return bytes;
        }
    }

    std::mt19937_64 random_;
};

class FuzzSpeaker final : public Speaker {
  public:
    FuzzSpeaker(std::uint64_t seed, std::uint64_t number, FuzzTally& tally) :
        tally_(tally), mutator_(seed * 0x9e3779b97f4a7c15 + number), scene_(scenes()[number % scenes().size()]),
        number_(number) {}
    ~FuzzSpeaker() override {
        if (waits_ && !rude()) { ++tally_.handled; } // the frame that ended it
    }
    FuzzSpeaker(const FuzzSpeaker&) = delete;
    FuzzSpeaker& operator=(const FuzzSpeaker&) = delete;

    Said next() override {
        if (waits_) { return {}; }
        said_.clear();
        std::uint64_t frames = 0;
        if (!greeted_) {
            said_ = greeting(scene_, number_);
            greeted_ = true;
            frames = 1;
        }
        if (frames == 1 && rude()) { said_.clear(); }
        for (std::size_t i = 0; i < handful; ++i) {
            const Bytes frame = framed(mutator_.payload());
            said_.insert(said_.end(), frame.begin(), frame.end());
        }
        const Bytes ping = wire::compose_plain(*scene_.profile, wire::MessageType::Ping);
        said_.insert(said_.end(), ping.begin(), ping.end());
        waits_ = true;
        return {said_, frames + handful + 1};
    }

    void heard(BytesView bytes) override {
        decoder_.feed(bytes);
        for (auto step = decoder_.next(); step != wire::FrameDecoder::Step::need_more; step = decoder_.next()) {
            if (step != wire::FrameDecoder::Step::frame) { continue; }
            const BytesView payload = decoder_.frame().payload;
            if (waits_ && wire::keep_alive_type(*scene_.profile, payload) == wire::MessageType::Pong) {
                waits_ = false;
                tally_.handled += handful + 1;
                ++tally_.handfuls;
            }
            // c2 01 reason, c1 01: no need to wait until they close.
            if (payload.size() >= 2 && payload.size() <= 3 && payload[1] == 1) { told_to_go_ = true; }
        }
    }

    bool hangs_up() const override { return told_to_go_; }
    /// Nobody would answer before a Hello.
    bool close_after() const override { return rude(); }

  private:
    /// Says no Hello but what it finds among the changed frames.
    bool rude() const { return number_ % 32 == 0; }

    static const std::vector<Scene>& scenes() {
        static const std::vector<Scene> all = [] {
            std::vector<Scene> out;
            for (const char* version : versions) {
                out.push_back(make_scene(version, 7));
            }
            return out;
        }();
        return all;
    }

    FuzzTally& tally_;
    Mutator mutator_;
    const Scene& scene_;
    std::uint64_t number_;
    wire::FrameDecoder decoder_{};
    Bytes said_{};
    bool greeted_ = false;
    bool waits_ = false;
    bool told_to_go_ = false;
};

} // namespace

SpeakerFactory fuzz_speakers(std::uint64_t seed, FuzzTally& tally) {
    return [seed, &tally](std::uint64_t number, unsigned) -> std::unique_ptr<Speaker> {
        return std::make_unique<FuzzSpeaker>(seed, number, tally);
    };
}

} // namespace ethpoc::hostile
