#include "tests/bench/corpus.hpp"

#include <fstream>
#include <random>
#include <string>
#include <utility>

#include "chain/chain_file.hpp"
#include "rlp/encode.hpp"
#include "tests/support/shared.hpp"
#include "wire/frame.hpp"

namespace ethpoc::bench {

namespace {

using rlp::Raw;

/// The generator alone is standard; the distributions of the library differ between its makers.
class Dice {
  public:
    std::uint64_t below(std::uint64_t n) { return engine_() % n; }
    std::uint64_t between(std::uint64_t low, std::uint64_t high) { return low + below(high - low + 1); }
    bool chance(unsigned percent) { return below(100) < percent; }
    Bytes bytes(std::size_t n) {
        Bytes out(n);
        for (auto& b : out) {
            b = static_cast<std::uint8_t>(engine_());
        }
        return out;
    }
    U256 bits(unsigned n) {
        U256 out;
        for (unsigned i = 0; i < n; i += 64) {
            out.limbs[i / 64] = engine_() >> (n - i >= 64 ? 0 : 64 - (n - i));
        }
        return out;
    }
    template <class T>
    T one_of(std::initializer_list<T> values) {
        return *(values.begin() + below(values.size()));
    }

  private:
    std::mt19937_64 engine_{20140722};
};

Bytes transaction_data(Dice& dice, bool creates) {
    if (dice.chance(60)) { return creates ? dice.bytes(48) : Bytes{}; }
    return dice.chance(87) ? dice.bytes(dice.one_of({4u, 36u, 68u})) : dice.bytes(dice.between(1, 64));
}

U256 amount(Dice& dice) {
    constexpr std::uint64_t ether = 1'000'000'000'000'000'000;
    switch (dice.below(4)) {
    case 0:
        return U256{};
    case 1:
        return U256{ether};
    case 2:
        return dice.bits(67); // up to about 100 ether
    default:
        return U256{1'000'000'000'000'000 * dice.between(1, 5000)};
    }
}

Bytes transaction(Dice& dice) {
    constexpr std::uint64_t szabo = 1'000'000'000'000;
    const bool creates = dice.chance(5);
    const Bytes to = creates ? Bytes{} : dice.bytes(20);
    const std::uint64_t nonce = dice.one_of<std::uint64_t>({0, dice.below(128), dice.below(5001)});
    const std::uint64_t price =
        dice.one_of<std::uint64_t>({10 * szabo, 10 * szabo, 50'000'000'000, dice.between(1'000'000'000, 100 * szabo)});
    const std::uint64_t gas = dice.one_of<std::uint64_t>({500, 10'000, 21'000, dice.between(500, 900'000)});
    const U256 value = amount(dice);
    const Bytes data = transaction_data(dice, creates);
    const std::uint64_t v = 27 + dice.below(2);
    return rlp::encode_list(nonce, price, gas, to, value, data, v, dice.bits(256), dice.bits(255));
}

Bytes header(Dice& dice, std::uint64_t number) {
    const Bytes extra = dice.chance(50) ? Bytes{} : dice.bytes(dice.between(1, 32));
    const std::uint64_t price = dice.one_of<std::uint64_t>({0, 10'000'000'000'000});
    return rlp::encode_list(dice.bytes(32), dice.bytes(32), dice.bytes(20), dice.bytes(32), dice.bytes(32),
                            dice.between(1u << 17, 1ULL << 40), number, price, dice.between(125'000, 1'000'000),
                            dice.below(1'000'001), 1'400'000'000 + 12 * number, extra, dice.bytes(32));
}

Bytes list_of(const std::vector<Bytes>& items) {
    rlp::BackwardWriter out;
    for (std::size_t i = items.size(); i-- > 0;) {
        out.put_raw(items[i]);
    }
    out.close_list(0);
    return out.take();
}

Bytes block(Dice& dice, std::uint64_t number) {
    std::vector<Bytes> transactions(dice.below(51));
    std::vector<Bytes> uncles(dice.one_of<std::size_t>({0, 0, 0, 1, 2}));
    const Bytes own = header(dice, number);
    for (Bytes& each : transactions) {
        each = transaction(dice);
    }
    for (Bytes& each : uncles) {
        each = header(dice, number == 0 ? 0 : number - 1);
    }
    return rlp::encode_list(Raw{own}, Raw{list_of(transactions)}, Raw{list_of(uncles)});
}

Bytes hello(Dice& dice) {
    const std::string client = "Ethereum(++)/v0." + std::to_string(dice.between(5, 9)) + "." +
                               std::to_string(dice.below(21)) + "/Release/Linux/g++";
    constexpr unsigned version = 23; // from 27 on Hello has more items than these
    return rlp::encode_list(0u, version, 0u, client, 7u, 30303u, dice.bytes(64));
}

void add(Corpus& corpus, BytesView payload) {
    const auto header = wire::frame_header(payload.size());
    corpus.all.insert(corpus.all.end(), header.begin(), header.end());
    corpus.all.insert(corpus.all.end(), payload.begin(), payload.end());
    corpus.payload += payload.size();
}

/// The views, once the bytes stay where they are.
Corpus finished(Corpus corpus) {
    wire::FrameDecoder frames({.max_payload = 64u << 20});
    frames.feed(corpus.all);
    while (frames.next() == wire::FrameDecoder::Step::frame) {
        corpus.messages.push_back(frames.frame().payload);
    }
    return corpus;
}

std::size_t items_in(BytesView list) {
    std::size_t count = 0;
    std::vector<BytesView> open{list};
    while (!open.empty()) {
        const BytesView at = open.back();
        open.pop_back();
        for (const rlp::Item& item : rlp::Items(at, 0)) {
            ++count;
            if (item.is_list) { open.push_back(item.payload()); }
        }
    }
    return count;
}

} // namespace

Corpus small_corpus(std::size_t messages) {
    Dice dice;
    Corpus out;
    for (std::size_t i = 0; i < messages; ++i) {
        const std::uint64_t kind = dice.below(100);
        if (kind < 60) {
            add(out, rlp::encode_list(kind < 25 ? 2u : kind < 50 ? 3u : 0x10u));
        } else {
            add(out, kind < 70 ? hello(dice) : rlp::encode_list(0x12u, Raw{transaction(dice)}));
        }
    }
    return finished(std::move(out));
}

Corpus block_corpus(std::size_t blocks) {
    Dice dice;
    Corpus out;
    for (std::size_t i = 0; i < blocks; ++i) {
        add(out, block(dice, i));
    }
    return finished(std::move(out));
}

Corpus nest_corpus() {
    rlp::BackwardWriter nest;
    for (int i = 0; i < 4096; ++i) {
        nest.close_list(0);
    }
    Corpus out;
    for (int i = 0; i < 64; ++i) {
        add(out, nest.view());
    }
    return finished(std::move(out));
}

Corpus ones_corpus() {
    Dice dice;
    rlp::BackwardWriter list;
    Bytes ones = dice.bytes(1'000'000);
    for (auto& b : ones) {
        b &= 0x7f;
    }
    list.put_raw(ones);
    list.close_list(0);
    Corpus out;
    add(out, list.view());
    return finished(std::move(out));
}

std::size_t count_items(const Corpus& corpus) {
    std::size_t count = 0;
    for (const BytesView message : corpus.messages) {
        count += items_in(message);
    }
    return count;
}

Corpus recorded_blocks() {
    Corpus out;
    std::vector<std::filesystem::path> files = test::files_below(test::test_file("chains"), ".jsonl");
    if (const auto shared = test::shared_file("chains")) {
        const auto more = test::files_below(*shared, ".jsonl");
        files.insert(files.end(), more.begin(), more.end());
    }
    for (const auto& file : files) {
        std::ifstream in(file);
        chain::ChainFileReader reader(in);
        if (!reader.head()) { continue; }
        for (auto next = reader.next(); next && *next; next = reader.next()) {
            add(out, **next);
        }
    }
    return finished(std::move(out));
}

} // namespace ethpoc::bench
