// Validation: one loop over all items of all depths, with a stack of list ends instead of recursion.
#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rlp/decode.hpp"
#include "rlp/head.hpp"

namespace ethpoc::rlp {
namespace {

using detail::distance;

/// Where the lists around the cursor end, outermost first. The first 64 need no memory from the heap.
class EndStack {
  public:
    std::size_t depth() const noexcept { return depth_; }
    void push(const std::uint8_t* end) {
        if (depth_ == capacity_) [[unlikely]] { grow(); }
        ends_[depth_++] = end;
    }
    const std::uint8_t* pop() noexcept { return ends_[--depth_]; }

  private:
    void grow() {
        constexpr std::size_t growth = 8; // in few steps: only hostile bytes are so deep
        auto larger = std::make_unique_for_overwrite<const std::uint8_t*[]>(capacity_ * growth);
        std::copy_n(ends_, depth_, larger.get());
        far_ = std::move(larger);
        ends_ = far_.get();
        capacity_ *= growth;
    }

    std::array<const std::uint8_t*, 64> near_; // NOLINT(cppcoreguidelines-pro-type-member-init): written before read
    std::unique_ptr<const std::uint8_t* []> far_ {};
    const std::uint8_t** ends_ = near_.data();
    std::size_t capacity_ = near_.size();
    std::size_t depth_ = 0;
};

/// Skips a run of single-byte items, 64 at a time, then 8; how many there were.
std::size_t skip_single_bytes(const std::uint8_t*& p, const std::uint8_t* end) noexcept {
    const std::uint8_t* const start = p;
    while (distance(p, end) >= 64) {
        std::array<std::uint64_t, 8> words;
        std::memcpy(words.data(), p, sizeof words);
        const std::uint64_t any =
            (words[0] | words[1] | words[2] | words[3]) | (words[4] | words[5] | words[6] | words[7]);
        if ((any & 0x8080808080808080ULL) != 0) { break; }
        p += 64;
    }
    while (distance(p, end) >= 8 && detail::eight_single_bytes(p)) {
        p += 8;
    }
    return distance(start, p);
}

/// The loop. False when anything is wrong; `items` counts what was seen.
template <bool Strict>
bool walk(const std::uint8_t* p, const std::uint8_t* end, unsigned max_depth, std::size_t& items) {
    EndStack outer;
    std::size_t count = 0;
    for (;;) {
        while (p == end) {
            if (outer.depth() == 0) {
                items += count;
                return true;
            }
            end = outer.pop();
        }
        if (distance(p, end) >= 8 && detail::eight_single_bytes(p)) {
            count += skip_single_bytes(p, end);
            continue;
        }
        Item item;
        if (!detail::read_item<Strict>(p, end, item)) { return false; }
        ++count;
        p += item.header_size;
        if (!item.is_list) {
            p += item.payload_size;
            continue;
        }
        if (outer.depth() + 1 >= max_depth) { return false; }
        outer.push(end);
        end = p + item.payload_size;
    }
}

std::string path_of(const std::vector<std::pair<std::size_t, std::size_t>>& levels) {
    std::string path;
    for (const auto& [end, index] : levels) {
        path += index_path(index);
    }
    return path;
}

/// The careful loop, the same walk with heads instead of items.
class StructureWalk {
  public:
    StructureWalk(BytesView bytes, Mode mode, const Limits& limits) : bytes_(bytes), mode_(mode), limits_(limits) {}

    std::optional<Error> run() {
        if (bytes_.size() > limits_.max_bytes) {
            return Error{&errors::size_limit,
                         limits_.max_bytes,
                         bytes_.size() - limits_.max_bytes,
                         {},
                         std::to_string(bytes_.size()) + " bytes, the limit is " + std::to_string(limits_.max_bytes)};
        }
        if (bytes_.empty()) { return Error{&errors::empty_input, 0, 0, {}, {}}; }
        std::size_t at = 0;
        if (auto bad = step(at, bytes_.size())) { return bad; }
        while (!levels_.empty()) {
            if (at == levels_.back().first) {
                levels_.pop_back();
                if (!levels_.empty()) { ++levels_.back().second; }
                continue;
            }
            if (auto bad = step(at, levels_.back().first)) { return bad; }
        }
        if (mode_ == Mode::lenient || at == bytes_.size()) { return std::nullopt; }
        return Error{&errors::trailing_bytes,
                     at,
                     bytes_.size() - at,
                     {},
                     std::to_string(bytes_.size() - at) + " bytes follow the item"};
    }

  private:
    Error error(const ErrorCode& code, std::size_t offset, std::size_t length, std::string detail) const {
        return {&code, offset, length, path_of(levels_), std::move(detail)};
    }

    /// The item at `at`: into it when it is a list, past it when not.
    std::optional<Error> step(std::size_t& at, std::size_t end) {
        const Head head = read_head(bytes_, at, end, !levels_.empty());
        if (++items_ > limits_.max_items) {
            return error(errors::item_limit, at, std::max<std::size_t>(head.header_size, 1),
                         "the limit is " + std::to_string(limits_.max_items) + " items");
        }
        if (const HeadFault& fault = head.fault(mode_); fault.code != nullptr) {
            return error(*fault.code, fault.offset, fault.length, head.detail(fault));
        }
        if (!head.is_list) {
            at = head.end();
            if (!levels_.empty()) { ++levels_.back().second; }
            return std::nullopt;
        }
        if (levels_.size() >= limits_.max_depth) {
            return error(errors::depth_limit, at, head.header_size,
                         "the limit is " + std::to_string(limits_.max_depth) + " lists");
        }
        at = head.payload_offset();
        levels_.emplace_back(head.end(), 0);
        return std::nullopt;
    }

    BytesView bytes_;
    Mode mode_;
    Limits limits_;
    std::vector<std::pair<std::size_t, std::size_t>> levels_{}; // end of each open list, index of its current item
    std::size_t items_ = 0;
};

template <bool Strict>
bool whole_item(BytesView bytes, const Limits& limits) {
    const std::uint8_t* const end = bytes.data() + bytes.size();
    Item root;
    if (bytes.size() > limits.max_bytes || !detail::read_item<Strict>(bytes.data(), end, root)) { return false; }
    if (Strict && root.whole().size() != bytes.size()) { return false; }
    std::size_t items = 1;
    if (root.is_list) {
        const BytesView payload = root.payload();
        if (limits.max_depth == 0 ||
            !walk<Strict>(payload.data(), payload.data() + payload.size(), limits.max_depth, items)) {
            return false;
        }
    }
    return items <= limits.max_items;
}

} // namespace

bool validate_fast(BytesView bytes, Mode mode, const Limits& limits) {
    return mode == Mode::strict ? whole_item<true>(bytes, limits) : whole_item<false>(bytes, limits);
}

std::optional<Error> validate(BytesView bytes, Mode mode, const Limits& limits) {
    if (validate_fast(bytes, mode, limits)) [[likely]] { return std::nullopt; }
    return detail::diagnose_structure(bytes, mode, limits);
}

Error detail::diagnose_structure(BytesView bytes, Mode mode, const Limits& limits) {
    if (auto found = StructureWalk{bytes, mode, limits}.run()) { return *std::move(found); }
    return {&errors::unexplained, 0, 0, {}, {}};
}

} // namespace ethpoc::rlp
