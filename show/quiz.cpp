#include "show/quiz.hpp"

#include <algorithm>
#include <array>

#include "rlp/decode.hpp"
#include "rlp/encode.hpp"
#include "rlp/split_mix.hpp"
#include "show/text.hpp"

namespace ethpoc::show {
namespace {

constexpr std::array<std::string_view, 8> short_words{"cat",  "dog",   "hello", "ether",
                                                      "peer", "block", "uncle", "nonce"};
constexpr std::string_view long_text = "the length of this text needs a byte of its own because it is past fifty-five";

Bytes put(auto&& write) {
    rlp::BackwardWriter out;
    write(out);
    return out.take();
}

Bytes one_string(SplitMix64& dice) {
    return put([&dice](rlp::BackwardWriter& out) {
        switch (dice.below(5)) {
        case 0:
            return out.put_uint(dice.below(128));
        case 1:
            return out.put_uint(128 + dice.below(128));
        case 2:
            return out.put_uint(256 + dice.below(65280));
        case 3:
            return out.put_uint(0);
        default:
            return out.put_string(as_bytes(short_words[dice.below(short_words.size())]));
        }
    });
}

Bytes list_of(SplitMix64& dice, unsigned depth, bool long_forms) {
    const std::uint64_t count = depth == 0 ? 2 + dice.below(3) : dice.below(3);
    Bytes payload;
    for (std::uint64_t i = 0; i < count; ++i) {
        const bool nest = long_forms && depth < 3 && dice.below(3) == 0;
        Bytes item = nest ? list_of(dice, depth + 1, true) : one_string(dice);
        if (long_forms && depth == 0 && i == 0) {
            const auto size = 50 + dice.below(long_text.size() - 50);
            item = put([size](rlp::BackwardWriter& out) { out.put_string(as_bytes(long_text.substr(0, size))); });
        }
        payload.insert(payload.end(), item.begin(), item.end());
    }
    return put([&payload](rlp::BackwardWriter& out) {
        const std::size_t mark = out.mark();
        out.put_raw(payload);
        out.close_list(mark);
    });
}

/// One mistake of those that implementations really make.
void damage(SplitMix64& dice, Bytes& bytes) {
    switch (dice.below(5)) {
    case 0:
        bytes.pop_back();
        return;
    case 1:
        bytes.push_back(static_cast<std::uint8_t>(dice.below(128)));
        return;
    case 2:
        bytes = {0x81, static_cast<std::uint8_t>(dice.below(128))};
        return;
    case 3:
        bytes.insert(bytes.begin(), static_cast<std::uint8_t>(bytes.size() - 1));
        bytes[1] = bytes[0];
        bytes[0] = 0xf8;
        return;
    default:
        return; // good bytes are a question too
    }
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) { return {}; }
    return text.substr(first, text.find_last_not_of(blanks) + 1 - first);
}

} // namespace

Question make_question(std::uint64_t seed, unsigned level, std::uint64_t index) {
    SplitMix64 dice(seed * 1'000'003 + std::uint64_t{level} * 101 + index);
    dice.next();
    Question out;
    out.bytes = level <= 1 ? one_string(dice) : list_of(dice, 0, level == 3);
    if (level >= 4) {
        damage(dice, out.bytes);
        out.wants_code = true;
        const auto error = rlp::validate(out.bytes);
        out.answer = error ? std::string(error->code->word) : "good";
        return out;
    }
    out.answer = std::string(trimmed(to_text(out.bytes)));
    return out;
}

bool is_right(const Question& question, std::string_view answer) {
    answer = trimmed(answer);
    if (question.wants_code) {
        constexpr std::string_view room = "rlp.";
        const std::string_view wanted = question.answer;
        return answer == wanted || (wanted.starts_with(room) && answer == wanted.substr(room.size()));
    }
    const auto bytes = from_text(answer);
    return bytes && *bytes == question.bytes;
}

} // namespace ethpoc::show
