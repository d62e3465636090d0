// A second opinion about what is wrong with one frame: written from web/page/FORMAT.md 2 and 3 as plainly as possible,
// recursive and slow, and with nothing of the real reader in it. Today's RLP; messages of profile 23: Hello, Peers,
// Blocks.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rlp/bytes.hpp"

namespace ethpoc::test {

struct Wrong {
    std::string code{};
    std::size_t offset = 0;
    std::size_t length = 0;
    std::string path{};
    std::string text() const { return code + ' ' + std::to_string(offset) + '+' + std::to_string(length) + ' ' + path; }
};

struct SlowItem {
    std::size_t offset = 0, header = 0, length = 0; // length: what is there
    bool list = false;
    std::vector<SlowItem> items{};
    std::size_t end() const { return offset + header + length; }
};

class SlowReader {
  public:
    explicit SlowReader(BytesView bytes) : bytes_(bytes) {}

    /// The first error of a stream that begins with a frame; nothing when the first frame is good.
    std::optional<Wrong> frame();

  private:
    /// The item at `at`; remembers the first thing that is wrong.
    SlowItem item(std::size_t at, std::size_t end, const std::string& path) {
        SlowItem out{.offset = at};
        const std::uint8_t first = bytes_[at];
        if (first < 0x80) {
            out.length = 1;
            return out;
        }
        out.list = first >= 0xc0;
        const unsigned base = out.list ? 0xc0 : 0x80;
        std::uint64_t claimed = first - base;
        out.header = 1;
        if (first - base > 55) {
            const std::size_t size = first - base - 55;
            out.header += size;
            if (at + out.header > end) {
                wrong("rlp.truncated_header", at, end - at, path);
                return {.offset = at, .length = end - at};
            }
            claimed = 0;
            std::size_t zeros = 0;
            for (std::size_t i = 0; i < size; ++i) {
                if (claimed == 0 && bytes_[at + 1 + i] == 0) { ++zeros; }
                claimed = claimed * 256 + bytes_[at + 1 + i];
            }
            if (zeros > 0) { wrong("rlp.length_leading_zero", at + 1, zeros, path); }
            if (claimed < 56) { wrong("rlp.non_canonical_length", at, out.header, path); }
        }
        const std::size_t room = end - at - out.header;
        if (first == 0x81 && room > 0 && bytes_[at + 1] < 0x80) { wrong("rlp.non_canonical_byte", at, 2, path); }
        if (claimed > ~std::uint64_t{0} - at - out.header) { wrong("rlp.length_overflow", at, out.header, path); }
        if (claimed > room) { wrong("rlp.item_overruns_parent", at, out.header, path); }
        out.length = std::min<std::uint64_t>(claimed, room);
        for (std::size_t inner = at + out.header; out.list && inner < out.end(); inner = out.items.back().end()) {
            out.items.push_back(item(inner, out.end(), path + '[' + std::to_string(out.items.size()) + ']'));
        }
        return out;
    }

    void wrong(const char* code, std::size_t offset, std::size_t length, const std::string& path) {
        if (!found_) { found_ = Wrong{code, offset, length, path}; }
    }
    void wrong(const char* code, const SlowItem& at, const std::string& path) {
        wrong(code, at.offset, at.end() - at.offset, path);
    }
    bool string(const SlowItem& at, const std::string& path) {
        if (at.list) { wrong("rlp.expected_string", at, path); }
        return !at.list;
    }
    void integer(const SlowItem& at, std::size_t width, const std::string& path) {
        if (!string(at, path)) { return; }
        std::size_t from = at.offset + at.header;
        while (from < at.end() && bytes_[from] == 0) {
            ++from;
        }
        if (at.end() - from > width) { wrong("rlp.integer_too_large", at.offset + at.header, at.length, path); }
    }
    void node_id(const SlowItem& at, const std::string& path) {
        if (string(at, path) && at.length > 64) { wrong("message.bad_node_id", at, path); }
    }
    void missing(const SlowItem& list, const std::string& path) { wrong("message.missing_item", list.end(), 0, path); }

    void message(const SlowItem& payload) {
        if (!payload.list) { return wrong("message.not_a_list", payload, "payload"); }
        if (payload.items.empty()) { return wrong("message.no_id", payload.offset, payload.header, "payload"); }
        const SlowItem& id = payload.items[0];
        if (id.list || id.length > 8) { return wrong("message.bad_id", id, "payload[0]"); }
        std::uint64_t number = 0;
        for (std::size_t i = id.offset + id.header; i < id.end(); ++i) {
            number = number * 256 + bytes_[i];
        }
        if (number == 0) { return hello(payload); }
        if (number == 0x11) { return peers(payload); }
        other_message_ = number != 0x13; // Blocks has nothing that could be wrong
    }
    void hello(const SlowItem& payload) {
        const std::size_t widths[] = {0, 4, 32, 0, 8, 8};
        for (std::size_t i = 1; i < 7 && !found_; ++i) {
            const std::string path = "payload[" + std::to_string(i) + ']';
            const bool too_few = payload.items.size() < (i == 1 ? 2u : 7u); // how many it needs, the version says
            if (too_few) { return missing(payload, "payload"); }
            const SlowItem& one = payload.items[i];
            // Another version may have another form.
            if (i == 1 && one.length == 1 && bytes_[one.end() - 1] >= 27) { other_message_ = true; }
            // Go protocol 2 writes its key before the capabilities.
            const bool key = i == 6 || (i > 3 && !one.list && one.length > 8);
            if (i == 3) {
                string(one, path);
            } else if (key) {
                node_id(one, path);
            } else {
                integer(one, widths[i], path);
            }
        }
    }
    void peers(const SlowItem& payload) {
        for (std::size_t i = 1; i < payload.items.size(); ++i) {
            const SlowItem& entry = payload.items[i];
            const std::string path = "payload[" + std::to_string(i) + ']';
            if (payload.items.size() == 2 && entry.list && entry.items.empty()) { return; } // Go's nil
            if (!entry.list) { return wrong("rlp.expected_list", entry, path); }
            if (!entry.items.empty()) { address(entry.items[0], path + "[0]"); }
            if (entry.items.size() < 2) { return missing(entry, path); }
            integer(entry.items[1], 2, path + "[1]");
            if (entry.items.size() > 2) { node_id(entry.items[2], path + "[2]"); }
        }
    }
    void address(const SlowItem& at, const std::string& path) {
        if (!at.list) {
            if (at.length > 4 && at.length != 16) { wrong("message.bad_address", at, path); }
            return;
        }
        if (at.items.size() != 4) { return wrong("message.bad_address", at, path); }
        for (std::size_t i = 0; i < 4; ++i) {
            integer(at.items[i], 1, path + '[' + std::to_string(i) + ']');
        }
    }

    BytesView bytes_;
    std::optional<Wrong> found_{};

  public:
    bool other_message_ = false; // of a kind that this reader does not know
};

inline std::optional<Wrong> SlowReader::frame() {
    const std::uint8_t token[] = {0x22, 0x40, 0x08, 0x91};
    const auto token_at = [&](std::size_t at) { // a whole one, or its beginning at the very end
        for (std::size_t i = 0; i < 4 && at + i < bytes_.size(); ++i) {
            if (bytes_[at + i] != token[i]) { return false; }
        }
        return true;
    };
    if (!token_at(0)) {
        std::size_t end = 1;
        while (end < bytes_.size() && !token_at(end)) {
            ++end;
        }
        return Wrong{"frame.bad_token", 0, end, ""};
    }
    if (bytes_.size() < 8) { return Wrong{"frame.incomplete", bytes_.size(), 0, ""}; }
    const std::size_t size =
        std::size_t{bytes_[4]} << 24 | std::size_t{bytes_[5]} << 16 | std::size_t{bytes_[6]} << 8 | bytes_[7];
    if (size > 16u << 20) { return Wrong{"frame.too_large", 4, 4, ""}; }
    if (bytes_.size() < 8 + size) { return Wrong{"frame.incomplete", bytes_.size(), 0, ""}; }
    if (size == 0) { return Wrong{"frame.empty_payload", 4, 4, ""}; }
    const SlowItem payload = item(8, 8 + size, "payload");
    if (found_) { return found_; }
    if (payload.end() != 8 + size) {
        return Wrong{"frame.trailing_bytes", payload.end(), 8 + size - payload.end(), ""};
    }
    message(payload);
    return found_;
}

} // namespace ethpoc::test
