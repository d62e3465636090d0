#include "wire/frame.hpp"

#include <bit>
#include <cstring>
#include <limits>
#include <utility>

namespace ethpoc::wire {
namespace {

std::uint32_t load_u32(const std::uint8_t* at) noexcept {
    std::uint32_t word = 0;
    std::memcpy(&word, at, sizeof word);
    return std::endian::native == std::endian::little ? std::byteswap(word) : word;
}

bool token_at(const std::uint8_t* at) noexcept {
    return load_u32(at) == sync_word;
}

/// Index of the first token in `bytes` at `from` or after it; or else of the last bytes that may be the beginning of
/// one; or else bytes.size().
///
/// Looks at every fourth byte: the four bytes of the token differ, so the byte under its end says how far it is to the
/// next place where a token can end. No step is smaller than one byte, so no input makes this slower than linear.
std::size_t find_token(BytesView bytes, std::size_t from) noexcept {
    std::size_t at = from;
    while (at + sync_token.size() <= bytes.size()) {
        switch (bytes[at + 3]) {
        case sync_token[3]:
            if (token_at(bytes.data() + at)) { return at; }
            at += 4;
            break;
        case sync_token[2]:
            at += 1;
            break;
        case sync_token[1]:
            at += 2;
            break;
        case sync_token[0]:
            at += 3;
            break;
        default:
            at += 4;
            break;
        }
    }
    for (; at < bytes.size(); ++at) {
        const BytesView rest = bytes.subspan(at);
        if (std::memcmp(rest.data(), sync_token.data(), rest.size()) == 0) { return at; }
    }
    return bytes.size();
}

} // namespace

std::array<std::uint8_t, frame_header_size> frame_header(std::size_t payload_size) noexcept {
    const auto n = static_cast<std::uint32_t>(payload_size);
    return {sync_token[0],
            sync_token[1],
            sync_token[2],
            sync_token[3],
            static_cast<std::uint8_t>(n >> 24),
            static_cast<std::uint8_t>(n >> 16),
            static_cast<std::uint8_t>(n >> 8),
            static_cast<std::uint8_t>(n)};
}

FrameDecoder::FrameDecoder(const FrameOptions& options) noexcept :
    max_payload_(static_cast<std::uint32_t>(
        std::min<std::size_t>(options.max_payload, std::numeric_limits<std::uint32_t>::max() - frame_header_size))) {}

void FrameDecoder::feed(BytesView bytes) {
    can_reopen_ = false;
    in_ = bytes;
    in_used_ = 0;
}

void FrameDecoder::keep() {
    kept_.insert(kept_.end(), in_.begin(), in_.end());
    in_ = {}; // also when it was used up: what stands before it is the caller's again
    in_used_ = 0;
    can_reopen_ = false;
}

/// `payload` has just been passed; offset_ still stands at its token.
FrameDecoder::Step FrameDecoder::take_frame(BytesView payload) {
    frame_ = {payload, offset_};
    offset_ += frame_header_size + payload.size();
    can_reopen_ = true;
    return Step::frame;
}

FrameDecoder::Step FrameDecoder::next_slowly() {
    can_reopen_ = false;
    while (true) {
        if (!pull(sync_token.size())) { return Step::need_more; }
        if (token_at(window().data())) { break; }
        if (run_from_ == no_run) { run_from_ = offset_; }
        consume(find_token(window(), 1));
    }
    if (run_from_ != no_run) { return end_run(); }
    if (!pull(frame_header_size)) { return Step::need_more; }
    const std::uint32_t length = load_u32(window().data() + sync_token.size());
    if (length > max_payload_) { return refuse_length(length); }
    if (window().size() == frame_header_size && length <= in_.size() && !kept_.empty()) {
        release_kept(); // only the header was cut; the payload needs no copy
        const BytesView payload = in_.first(length);
        in_ = in_.subspan(length);
        in_used_ += length;
        return take_frame(payload);
    }
    const std::size_t whole = frame_header_size + length;
    if (!pull(whole)) { return Step::need_more; }
    const BytesView payload = window().subspan(frame_header_size, length);
    if (kept_.empty()) {
        in_ = in_.subspan(whole);
        in_used_ += whole;
    } else {
        kept_begin_ += whole; // stays until the next call: the frame points into it
    }
    return take_frame(payload);
}

FrameDecoder::Step FrameDecoder::end_run() {
    const std::uint64_t length = offset_ - run_from_;
    set_error(errors::bad_token, run_from_, length, std::to_string(length) + " bytes skipped up to the next token");
    run_from_ = no_run;
    return Step::skipped;
}

FrameDecoder::Step FrameDecoder::refuse_length(std::uint32_t length) {
    // The length may be a token itself, or the beginning of one: the header is skipped no further than up to it.
    const std::size_t skip = find_token(window().first(frame_header_size), sync_token.size());
    set_error(errors::too_large, offset_, skip,
              "the header announces " + std::to_string(length) + " bytes, the limit is " +
                  std::to_string(max_payload_));
    consume(skip);
    return Step::skipped;
}

bool FrameDecoder::reopen(std::size_t skip) {
    if (!can_reopen_) { return false; }
    const std::size_t back = frame_.payload.size() - std::min(skip, frame_.payload.size());
    if (taken_back_ + back > 2 * offset_) { return false; }
    taken_back_ += back;
    offset_ -= back;
    if (kept_.empty()) {
        in_ = {in_.data() - back, in_.size() + back};
        in_used_ -= back;
    } else {
        kept_begin_ -= back;
    }
    can_reopen_ = false;
    return true;
}

/// How many bytes at the front of the window can be told to be no frame, although less than a token is there.
std::size_t FrameDecoder::no_token() const noexcept {
    return window().size() < sync_token.size() ? find_token(window(), 0) : 0;
}

std::optional<Error> FrameDecoder::open_run() const {
    const std::uint64_t length = skipping() + no_token();
    if (length == 0) { return std::nullopt; }
    return Error{&errors::bad_token, offset_ - skipping(), length, "frame", "no token follows"};
}

std::optional<Error> FrameDecoder::unfinished() const {
    const BytesView have = window().subspan(no_token());
    if (have.empty()) { return std::nullopt; }
    const std::size_t rest = missing() + no_token();
    return Error{&errors::incomplete, offset_ + window().size(), 0, "frame",
                 plural(rest, "byte") + (rest == 1 ? " is" : " are") + " missing of the " +
                     (have.size() < frame_header_size ? "header" : "payload")};
}

std::optional<FrameDecoder::Pending> FrameDecoder::pending() const noexcept {
    const BytesView have = window();
    if (have.size() < frame_header_size || !token_at(have.data())) { return std::nullopt; }
    return Pending{load_u32(have.data() + sync_token.size()), have.subspan(frame_header_size)};
}

std::size_t FrameDecoder::missing() const noexcept {
    const BytesView have = window();
    if (have.size() < frame_header_size || !token_at(have.data())) {
        return frame_header_size - std::min(have.size(), frame_header_size - 1);
    }
    const std::size_t whole = frame_header_size + load_u32(have.data() + sync_token.size());
    return whole - std::min(have.size(), whole);
}

/// The bytes from offset_ on that stand together.
BytesView FrameDecoder::window() const noexcept {
    return kept_.empty() ? in_ : BytesView{kept_}.subspan(kept_begin_);
}

/// Makes the window at least `size` bytes long. When so many have not come, keeps all that have.
bool FrameDecoder::pull(std::size_t size) {
    if (kept_begin_ == kept_.size()) { release_kept(); }
    if (kept_.empty() && in_.size() >= size) { return true; }
    const std::size_t have = kept_.size() - kept_begin_;
    if (have >= size) { return true; }
    if (have <= in_used_ && !kept_.empty()) {
        // What is kept came with this very feed (or is left of it), so it still stands in front of in_.
        in_ = {in_.data() - have, in_.size() + have};
        in_used_ -= have;
        release_kept();
        return pull(size);
    }
    const std::size_t take = std::min(size - have, in_.size());
    if (kept_begin_ > kept_.size() / 2) {
        kept_ = Bytes(kept_.begin() + static_cast<std::ptrdiff_t>(kept_begin_), kept_.end());
        kept_begin_ = 0;
    }
    // Grown in doubling steps, but never beyond the frame that is waited for.
    const std::size_t needed = kept_.size() + take;
    if (needed > kept_.capacity()) { kept_.reserve(std::max(needed, std::min(2 * needed, kept_begin_ + size))); }
    kept_.insert(kept_.end(), in_.begin(), in_.begin() + static_cast<std::ptrdiff_t>(take));
    in_ = in_.subspan(take);
    in_used_ += take;
    return have + take >= size;
}

/// Goes past bytes at the front of the window that are no frame.
void FrameDecoder::consume(std::size_t size) {
    offset_ += size;
    if (kept_.empty()) {
        in_ = in_.subspan(size);
        in_used_ += size;
    } else {
        kept_begin_ += size;
    }
}

const Error& FrameDecoder::error() const noexcept {
    static const Error none{};
    return error_ ? *error_ : none;
}

void FrameDecoder::release_kept() noexcept {
    kept_ = Bytes{};
    kept_begin_ = 0;
}

void FrameDecoder::set_error(const ErrorCode& code, std::uint64_t offset, std::uint64_t length, std::string detail) {
    if (!error_) { error_ = std::make_unique<Error>(); }
    *error_ = {&code, offset, length, {}, std::move(detail)};
}

std::optional<std::size_t> cut_open_at(BytesView payload) noexcept {
    const std::size_t at = find_token(payload, 0);
    if (at + sync_token.size() > payload.size()) { return std::nullopt; } // the beginning of one at the end is none
    return at;
}

Error cut_open_error(std::uint64_t offset, std::size_t at, std::size_t size) {
    return {&errors::cut_open, offset + frame_header_size + at, sync_token.size(), "frame",
            "another frame begins after " + std::to_string(at) + " of " + plural(size, "byte")};
}

std::span<const ErrorCode* const> error_catalogue() noexcept {
    static constexpr std::array rows{
#define ETHPOC_ERROR(name, word, rule, hint) &errors::name,
#include "wire/errors.def"
#undef ETHPOC_ERROR
    };
    return rows;
}

} // namespace ethpoc::wire
