#include "wire/tolerated.hpp"

#include "rlp/legacy.hpp"
#include "wire/frame.hpp"
#include "wire/item_counted.hpp"

namespace ethpoc::wire {
namespace {

constexpr rlp::Limits any_size{.max_bytes = ~std::size_t{0}};

std::optional<Error> first_fault(BytesView payload) {
    if (!looks_item_counted(payload)) { return rlp::validate(payload, rlp::Mode::strict, any_size); }
    return rlp::legacy::validate(payload, rlp::Mode::strict, any_size);
}

} // namespace

bool rest_is_meant(const Profile& profile, BytesView payload, MessageType type) {
    const bool may = type == MessageType::Hello || type == MessageType::Disconnect;
    if (!profile.reason_outside || !may) { return false; }
    const auto list = rlp::first_item(payload, rlp::Mode::strict);
    const BytesView rest = list ? payload.subspan(list->whole().size()) : BytesView{};
    const auto last = rlp::first_item(rest, rlp::Mode::strict);
    return last && !last->is_list && last->whole().size() == rest.size();
}

Error bytes_after_list(std::size_t size, std::size_t left) {
    return {&errors::frame_trailing_bytes,
            size - left,
            left,
            {},
            "the item ends " + plural(left, "byte") + " before the payload does"};
}

std::optional<Error> tolerated_in(const Profile& profile, BytesView payload, MessageType type) {
    const bool counted = looks_item_counted(payload);
    if (!counted && rlp::validate_fast(payload, rlp::Mode::strict, any_size)) [[likely]] { return std::nullopt; }
    auto fault = first_fault(payload);
    if (!fault) { return std::nullopt; }
    if (fault->code->word != rlp::errors::trailing_bytes.word) { return std::move(*fault).moved(0, "payload"); }
    if (rest_is_meant(profile, payload, type)) { return std::nullopt; }
    return bytes_after_list(payload.size(), payload.size() - fault->offset);
}

} // namespace ethpoc::wire
