// The way back from text to bytes: items and frames. Messages by their name are text_message.cpp.
#include <charconv>
#include <limits>

#include "show/text_encoder.hpp"
#include "wire/frame.hpp"

namespace ethpoc::show {
namespace {

void store_big_endian(std::uint64_t value, std::size_t size, std::uint8_t* out) noexcept {
    for (std::size_t i = size; i-- > 0; value >>= 8) {
        out[i] = static_cast<std::uint8_t>(value);
    }
}

std::size_t byte_width(std::uint64_t value) noexcept {
    std::size_t width = 0;
    for (; value != 0; value >>= 8) {
        ++width;
    }
    return width;
}

} // namespace

Result<Bytes> Encoder::run() {
    while (take()) {
        if (token_.kind == TokenKind::end) {
            if (open_.empty()) { return assemble(); }
            fail(errors::unclosed, "something is still open");
            break;
        }
        if (!(closes() ? close() : term())) { break; }
    }
    return std::unexpected(std::move(*error_));
}

bool Encoder::fail(const ErrorCode& code, std::string detail) {
    error_ = Error{&code, token_.at, token_.size, {}, std::move(detail)};
    return false;
}

bool Encoder::fail_syntax() {
    return fail(token_.kind == TokenKind::end ? errors::unclosed : errors::syntax);
}

bool Encoder::take() {
    auto token = lexer_.next();
    if (!token) {
        error_ = std::move(token.error());
        return false;
    }
    token_ = *token;
    return true;
}

bool Encoder::number(std::uint64_t most, std::uint64_t& out) {
    if (token_.kind != TokenKind::number) { return fail_syntax(); }
    const char* const end = token_.text.data() + token_.text.size();
    // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage): `end` is said beside it
    const auto [at, code] = std::from_chars(token_.text.data(), end, out);
    if (code != std::errc{} || at != end || out > most) {
        return fail(errors::bad_number, "the largest is " + std::to_string(most));
    }
    return true;
}

bool Encoder::take_number(std::uint64_t most, std::uint64_t& out) {
    return take() && number(most, out);
}

bool Encoder::hex(Bytes& out) {
    if (token_.kind != TokenKind::hex) { return fail_syntax(); }
    int high = -1;
    for (const char c : token_.text) {
        if (is_space(c)) { continue; }
        if (high < 0) {
            high = hex_digit(c);
        } else {
            out.push_back(static_cast<std::uint8_t>(high << 4 | hex_digit(c)));
            high = -1;
        }
    }
    return high < 0 || fail(errors::syntax, "an odd number of hex digits");
}

bool Encoder::string(Bytes& out) {
    const std::string_view text = token_.text;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '\\') {
            c = ++i < text.size() ? text[i] : '\0';
            if (c == 'x') {
                const bool good = i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0;
                if (!good) { return fail(errors::syntax, "\\x wants two hex digits"); }
                out.push_back(static_cast<std::uint8_t>(hex_digit(text[i + 1]) << 4 | hex_digit(text[i + 2])));
                i += 2;
                continue;
            }
            if (c != '"' && c != '\\') { return fail(errors::syntax, "an escape that is none"); }
        }
        if (c < ' ' || c > '~') { return fail(errors::syntax, "write \\xNN for bytes that are not printable ASCII"); }
        out.push_back(static_cast<std::uint8_t>(c));
    }
    return true;
}

bool Encoder::make_header(bool list, std::uint64_t size, const Form& form, Box& out) {
    const std::uint64_t claimed = form.claimed.value_or(size);
    const auto base = static_cast<std::uint8_t>(list ? 0xc0 : 0x80);
    const std::size_t width = byte_width(claimed);
    const std::size_t count = form.length_bytes.value_or(static_cast<std::uint8_t>(claimed < 56 ? 0 : width));
    if (count == 0 ? claimed >= 56 : width > count) { return false; }
    out.header[0] = static_cast<std::uint8_t>(count == 0 ? base + claimed : base + 55u + count);
    store_big_endian(claimed, count, out.header.data() + 1);
    out.header_size = static_cast<std::uint8_t>(1 + count);
    return true;
}

bool Encoder::put_item(BytesView payload, const Form& form) {
    const bool plain = !form.length_bytes && !form.claimed && payload.size() == 1 && payload[0] < 0x80;
    if (!plain) {
        Box box;
        if (!make_header(false, payload.size(), form, box)) { return fail(errors::bad_number); }
        literal_.insert(literal_.end(), box.header.begin(), box.header.begin() + box.header_size);
    }
    literal_.insert(literal_.end(), payload.begin(), payload.end());
    return true;
}

void Encoder::open(const Form& form, bool is_frame) {
    open_.push_back(boxes_.size());
    boxes_.push_back({literal_.size(), total(), token_.at, form, is_frame, 0, {}});
}

bool Encoder::term() {
    if (token_.kind == TokenKind::name) { return message(); }
    if (token_.kind != TokenKind::word) { return item(); }
    if (token_.text == "protocol=") { return protocol(); }
    if (token_.text == "frame") { return frame(); }
    if (token_.text == "raw:" || token_.text == "trailing") { return take_hex(literal_); }
    if (token_.text == "byte:") {
        Bytes byte;
        if (!take_hex(byte)) { return false; }
        if (byte.size() != 1 || byte[0] >= 0x80) { return fail(errors::syntax, "one byte below 80"); }
        literal_.push_back(byte[0]);
        return true;
    }
    return token_.text.ends_with('=') ? fail(errors::syntax) : item();
}

bool Encoder::item() {
    Form form;
    std::uint64_t value = 0;
    for (; token_.kind == TokenKind::word;) {
        if (token_.text == "long:") {
            if (!take_number(8, value)) { return false; }
            form.length_bytes = static_cast<std::uint8_t>(value);
        } else if (token_.text == "len:") {
            if (!take_number(std::numeric_limits<std::uint64_t>::max(), value)) { return false; }
            form.claimed = value;
        } else {
            return fail_syntax();
        }
        if (!take()) { return false; }
    }
    if (token_.kind == TokenKind::mark && token_.text == "[") {
        open(form, false);
        return true;
    }
    Bytes payload;
    if (token_.kind == TokenKind::hex) {
        if (!hex(payload)) { return false; }
    } else if (token_.kind == TokenKind::string) {
        if (!string(payload)) { return false; }
    } else {
        if (!number(std::numeric_limits<std::uint64_t>::max(), value)) { return false; }
        payload.resize(byte_width(value));
        store_big_endian(value, payload.size(), payload.data());
    }
    return put_item(payload, form);
}

bool Encoder::frame() {
    Bytes sync(wire::sync_token.begin(), wire::sync_token.end());
    Form form;
    if (!take()) { return false; }
    for (; token_.kind == TokenKind::word;) {
        if (token_.text == "sync=") {
            sync.clear();
            if (!take_hex(sync)) { return false; }
        } else if (token_.text == "size=") {
            std::uint64_t size = 0;
            if (!take_number(0xffffffff, size)) { return false; }
            form.claimed = size;
        } else {
            return fail_syntax();
        }
        if (!take()) { return false; }
    }
    if (token_.kind != TokenKind::mark || token_.text != "{") { return fail_syntax(); }
    literal_.insert(literal_.end(), sync.begin(), sync.end());
    open(form, true);
    return true;
}

bool Encoder::close() {
    const bool is_frame = token_.text == "}";
    if (open_.empty() || boxes_[open_.back()].is_frame != is_frame) {
        return fail(errors::syntax, "nothing that this closes is open");
    }
    Box& box = boxes_[open_.back()];
    const std::uint64_t size = total() - box.total;
    if (is_frame) {
        const std::uint64_t said = box.form.claimed.value_or(size);
        if (said > 0xffffffff) { return fail(errors::bad_number, "a frame of more than 4 GiB"); }
        store_big_endian(said, 4, box.header.data());
        box.header_size = 4;
    } else if (!make_header(true, size, box.form, box)) {
        token_ = {TokenKind::mark, "[", box.token_at, 1};
        return fail(errors::bad_number);
    }
    header_bytes_ += box.header_size;
    open_.pop_back();
    return true;
}

Bytes Encoder::assemble() const {
    Bytes out;
    out.reserve(total());
    std::size_t at = 0;
    const auto copy_to = [&](std::size_t end) {
        out.insert(out.end(), literal_.begin() + static_cast<std::ptrdiff_t>(at),
                   literal_.begin() + static_cast<std::ptrdiff_t>(end));
        at = end;
    };
    for (const Box& box : boxes_) {
        copy_to(box.begin);
        out.insert(out.end(), box.header.begin(), box.header.begin() + box.header_size);
    }
    copy_to(literal_.size());
    return out;
}

Result<Bytes> from_text(std::string_view text, const TextVersion& version, std::vector<std::string_view>* instead) {
    Encoder encoder(text, version);
    auto out = encoder.run();
    if (instead != nullptr) { *instead = encoder.instead(); }
    return out;
}

} // namespace ethpoc::show
