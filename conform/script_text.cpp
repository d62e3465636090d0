#include "conform/script_text.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "chain/keccak.hpp"
#include "conform/errors.hpp"

namespace ethpoc::conform {
namespace {

/// The largest case fills one frame; a text with N*( ) in N*( ) has no such bound.
constexpr std::size_t most_bytes = 128u << 20;
/// What reading an item or a part counts beside its bytes: it takes as long as writing so many.
constexpr std::size_t item_cost = 64;
/// Each level costs some hundred bytes of stack.
constexpr std::size_t most_depth = 100;

bool is_hex_digit(char c) noexcept {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

std::uint8_t digit_value(char c) noexcept {
    return static_cast<std::uint8_t>(is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
}

} // namespace

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

void Scene::wrong(std::size_t offset, std::size_t length, std::string detail) {
    if (!error_) { error_ = Error{&errors::script_syntax, offset, length, {}, std::move(detail)}; }
}

void Scene::unknown(std::size_t offset, std::size_t length, std::string detail) {
    if (!error_) { error_ = Error{&errors::script_unknown_fact, offset, length, {}, std::move(detail)}; }
}

bool Scene::spend(std::size_t offset, std::size_t bytes) {
    spent_ += std::min(bytes, most_bytes + 1);
    if (spent_ <= most_bytes) { return true; }
    wrong(offset, 0, "a script of more than " + plural(most_bytes, "byte"));
    return false;
}

bool Scene::enter(std::size_t offset) {
    if (!spend(offset, item_cost)) { return false; }
    if (++depth_ <= most_depth) { return true; }
    wrong(offset, 1, "more than " + std::to_string(most_depth) + " brackets in each other");
    return false;
}

/// splitmix64, seeded by the seed and the case, so that no two cases have the same bytes.
std::uint64_t Scene::random() {
    if (!random_) {
        random_ = facts_.seed;
        const Hash256 hash = chain::keccak256(as_bytes(case_id_));
        for (const std::uint8_t byte : BytesView{hash}.first(8)) {
            random_ = *random_ * 257 + byte;
        }
    }
    std::uint64_t z = (*random_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

void Cursor::skip_blanks() noexcept {
    take_while([](char c) { return c == ' '; });
}

bool Cursor::take(std::string_view what) noexcept {
    if (!rest().starts_with(what)) { return false; }
    at_ += what.size();
    return true;
}

bool Cursor::expect(std::string_view what, Scene& scene) {
    if (take(what)) { return true; }
    scene.wrong(at_, done() ? 0 : 1, std::string("`").append(what).append("` is missing"));
    return false;
}

std::string_view Cursor::take_word() noexcept {
    return take_while([](char c) {
        return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' || c == '^';
    });
}

std::optional<std::string_view> Cursor::take_until(char mark, Scene& scene) {
    const std::size_t size = rest().find(mark);
    if (size == std::string_view::npos) {
        scene.wrong(end_, 0, std::string("`") + mark + "` is missing");
        return std::nullopt;
    }
    const std::string_view out = rest().substr(0, size);
    at_ += size + 1;
    return out;
}

std::optional<std::uint64_t> number_of(std::string_view word) noexcept {
    const bool hex = word.starts_with("0x");
    if (hex) { word.remove_prefix(2); }
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value, hex ? 16 : 10);
    if (error != std::errc{} || end != word.data() + word.size()) { return std::nullopt; }
    return value;
}

std::optional<std::chrono::milliseconds> time_of(std::string_view word) noexcept {
    constexpr std::chrono::hours most{1};
    const bool milli = word.ends_with("ms");
    if (!milli && !word.ends_with('s')) { return std::nullopt; }
    word.remove_suffix(milli ? 2 : 1);
    if (word.empty() || !std::ranges::all_of(word, is_digit)) { return std::nullopt; }
    const auto value = number_of(word);
    if (!value || *value > 3'600'000) { return std::nullopt; }
    const std::chrono::milliseconds out{*value * (milli ? 1 : 1000)};
    return out <= most ? std::optional{out} : std::nullopt;
}

std::optional<Bytes> hex_of(std::string_view word) {
    if (word.size() % 2 != 0 || !std::ranges::all_of(word, is_hex_digit)) { return std::nullopt; }
    Bytes out(word.size() / 2);
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i] = static_cast<std::uint8_t>(digit_value(word[2 * i]) << 4 | digit_value(word[2 * i + 1]));
    }
    return out;
}

void append(Bytes& out, BytesView bytes) {
    out.insert(out.end(), bytes.begin(), bytes.end());
}

std::optional<std::uint64_t> length_named(std::string_view text, std::uint64_t size, std::uint64_t max_frame) noexcept {
    std::optional<std::uint64_t> out;
    if (text == "true") {
        out = size;
    } else if (text.starts_with('+') || text.starts_with('-')) {
        const auto by = number_of(text.substr(1));
        if (by && text.front() == '+' && *by <= 0xffff'ffff) { out = size + *by; }
        if (by && text.front() == '-' && *by <= size) { out = size - *by; }
    } else if (text == "max" || text == "max+1") {
        out = max_frame + (text == "max" ? 0 : 1);
    } else {
        out = number_of(text);
    }
    return out && *out <= 0xffff'ffff ? out : std::nullopt;
}

} // namespace ethpoc::conform
