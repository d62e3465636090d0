// Decoding, validating, encoding: rlp/ as the rest of the house calls it, against memcpy of the same bytes.
#include <cstring>
#include <memory>
#include <utility>
#include <variant>

#include "rlp/encode.hpp"
#include "tests/bench/corpus.hpp"
#include "tests/bench/measure.hpp"
#include "tests/bench/micro.hpp"
#include "tests/bench/rlp_types.hpp"
#include "wire/codec.hpp"

namespace ethpoc::bench {

namespace {

using Shared = std::shared_ptr<const Corpus>;
using SharedBytes = std::shared_ptr<Bytes>;

Shared share(Corpus corpus) {
    return std::make_shared<const Corpus>(std::move(corpus));
}

std::function<void()> copy_all(const Shared& corpus, const SharedBytes& room) {
    return [corpus, room] {
        std::memcpy(room->data(), corpus->all.data(), corpus->all.size());
        keep(room->data());
    };
}

std::function<void()> copy_each(const Shared& corpus, const SharedBytes& room) {
    return [corpus, room] {
        for (const BytesView message : corpus->messages) {
            std::memcpy(room->data(), message.data(), message.size());
            keep(room->data());
        }
    };
}

/// Bytes a second of the two.
auto as_rate(std::string goal, const Shared& corpus, double at_least) {
    const double megabytes = static_cast<double>(corpus->payload) / 1e6;
    return [goal = std::move(goal), megabytes, at_least](double ours, double yardstick) {
        Row row = rate_row(goal, megabytes / ours, megabytes / yardstick, "MB/s", at_least);
        if (at_least == 0) { row.judge = Judge::none; }
        return row;
    };
}

// ---------------------------------------------------------------- decode

enum class Kind { plain, hello, one };

Kind kind_of(BytesView message) {
    const std::uint8_t id = message[0] < 0xf8 ? message[1] : message[2];
    return id == 0x80 ? Kind::hello : id == 0x12 ? Kind::one : Kind::plain;
}

struct Messages {
    Plain plain;
    Hello hello;
    One one;

    bool decode(BytesView bytes) {
        switch (kind_of(bytes)) {
        case Kind::hello:
            return rlp::decode(bytes, hello, hello_fields).has_value();
        case Kind::one:
            return rlp::decode(bytes, one, one_fields).has_value();
        case Kind::plain:
            return rlp::decode(bytes, plain, plain_fields).has_value();
        }
        return false;
    }
};

void must(bool good, const char* what) {
    if (!good) { throw std::runtime_error(std::string("the corpus is wrong: ") + what); }
}

std::function<void()> decode_blocks(const Shared& corpus) {
    return [corpus, block = std::make_shared<Block>()] {
        bool good = true;
        for (const BytesView message : corpus->messages) {
            good = good && rlp::decode(message, *block, block_fields).has_value();
            keep(block.get());
        }
        must(good, "blocks");
    };
}

std::function<void()> decode_small(const Shared& corpus) {
    return [corpus, messages = std::make_shared<Messages>()] {
        bool good = true;
        for (const BytesView message : corpus->messages) {
            good = good && messages->decode(message);
            keep(messages.get());
        }
        must(good, "small");
    };
}

/// What a session does with a payload: Hello typed, transactions left as they are.
std::function<void()> decode_wire(const Shared& corpus) {
    return [corpus, profile = wire::find_profile("23")] {
        for (const BytesView message : corpus->messages) {
            const auto read = wire::decode(*profile, message);
            if (!read) { throw std::runtime_error("the corpus is wrong: " + read.error().message()); }
        }
    };
}

// ---------------------------------------------------------------- validate

Pair validation(std::string goal, const Shared& corpus) {
    const auto items = static_cast<double>(count_items(*corpus));
    return {[corpus] {
                for (const BytesView message : corpus->messages) {
                    must(!rlp::validate(message), "validate");
                }
            },
            run_a_million_cycles,
            [goal = std::move(goal), items](double ours, double yardstick) {
                Row row{goal, ours / items / (yardstick / 1e6), 1, "cycles", 0, Judge::ours_at_most, 10, {}};
                row.ratio = row.ours;
                return row;
            }};
}

Pair timed_validation(std::string goal, const Shared& corpus, const SharedBytes& room, double milliseconds) {
    return {[corpus] {
                for (const BytesView message : corpus->messages) {
                    must(!rlp::validate(message, rlp::Mode::strict, {.max_depth = 5000}), "validate");
                }
            },
            copy_all(corpus, room),
            [goal = std::move(goal), milliseconds](double ours, double yardstick) {
                Row row = cost_row(goal, ours * 1e3, yardstick * 1e3, "ms", milliseconds);
                row.judge = Judge::ours_at_most;
                return row;
            }};
}

// ---------------------------------------------------------------- encode

std::function<void()> encode_blocks(const Shared& corpus) {
    auto blocks = std::make_shared<std::vector<Block>>(corpus->messages.size());
    rlp::BackwardWriter check;
    for (std::size_t i = 0; i < blocks->size(); ++i) {
        must(rlp::decode(corpus->messages[i], (*blocks)[i], block_fields).has_value(), "blocks");
        check.clear();
        rlp::put(check, (*blocks)[i], block_fields);
        must(std::ranges::equal(check.view(), corpus->messages[i]), "encode(decode(block)) differs");
    }
    return [corpus, blocks, out = std::make_shared<rlp::BackwardWriter>(1u << 16)] {
        for (const Block& block : *blocks) {
            out->clear();
            rlp::put(*out, block, block_fields);
            keep(out->view().data());
        }
    };
}

using AnyMessage = std::variant<Plain, Hello, One>;

void put(rlp::BackwardWriter& out, const AnyMessage& message) {
    if (const auto* one = std::get_if<One>(&message)) { return rlp::put(out, *one, one_fields); }
    if (const auto* hello = std::get_if<Hello>(&message)) { return rlp::put(out, *hello, hello_fields); }
    rlp::put(out, std::get<Plain>(message), plain_fields);
}

std::function<void()> encode_small(const Shared& corpus) {
    auto all = std::make_shared<std::vector<AnyMessage>>();
    Messages messages;
    rlp::BackwardWriter check;
    for (const BytesView bytes : corpus->messages) {
        must(messages.decode(bytes), "small");
        const Kind kind = kind_of(bytes);
        all->push_back(kind == Kind::hello ? AnyMessage(messages.hello)
                       : kind == Kind::one ? AnyMessage(messages.one)
                                           : AnyMessage(messages.plain));
        check.clear();
        put(check, all->back());
        must(std::ranges::equal(check.view(), bytes), "encode(decode(message)) differs");
    }
    return [corpus, all, out = std::make_shared<rlp::BackwardWriter>(1u << 16)] {
        for (const AnyMessage& message : *all) {
            out->clear();
            put(*out, message);
            keep(out->view().data());
        }
    };
}

/// Frames of as many messages as `frame_bytes` hold, at least one: 60,000 as answers have them.
std::function<void()> compose_frames(const Shared& corpus, std::size_t frame_bytes) {
    auto frames = std::make_shared<std::vector<std::vector<BytesView>>>(1);
    std::size_t bytes = 0;
    for (const BytesView message : corpus->messages) {
        if (bytes + message.size() > frame_bytes && !frames->back().empty()) {
            frames->emplace_back();
            bytes = 0;
        }
        frames->back().push_back(message);
        bytes += message.size();
    }
    return [corpus, frames, profile = wire::find_profile("23")] {
        for (const auto& items : *frames) {
            const Bytes frame = wire::compose_raw_items(*profile, wire::MessageType::Blocks, items);
            keep(frame.data());
        }
    };
}

} // namespace

Pairs rlp_pairs(const Scale& scale) {
    const Shared small = share(small_corpus(scale.messages));
    const Shared blocks = share(block_corpus(scale.blocks));
    const Shared ones = share(ones_corpus());
    const Shared nest = share(nest_corpus());
    const Shared recorded = share(recorded_blocks());
    const auto room = std::make_shared<Bytes>(
        std::max({blocks->all.size(), ones->all.size(), nest->all.size(), small->all.size(), recorded->all.size()}));
    return {
        {decode_blocks(blocks), copy_all(blocks, room), as_rate("typed decode, blocks", blocks, 0.45)},
        {decode_small(small), copy_each(small, room), as_rate("typed decode, small", small, 0.40)},
        {decode_wire(small), copy_each(small, room), as_rate("wire::decode, small", small, 0)},
        validation("validate, blocks, an item", blocks),
        validation("validate, small, an item", small),
        validation("validate, recorded chains, an item", recorded),
        timed_validation("validate, 1,000,000 single bytes", ones, room, 0.1),
        timed_validation("validate, nest", nest, room, 1),
        {encode_blocks(blocks), copy_all(blocks, room), as_rate("encode, blocks", blocks, 0.25)},
        {encode_small(small), copy_each(small, room), as_rate("encode, small", small, 0.45)},
        {compose_frames(blocks, 60'000), copy_all(blocks, room),
         as_rate("wire::compose, answers of blocks", blocks, 0)},
        {compose_frames(small, 1), copy_each(small, room), as_rate("wire::compose, small", small, 0)},
    };
}

} // namespace ethpoc::bench
