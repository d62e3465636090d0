#include "wire/item_counted.hpp"

#include "wire/frame.hpp"

namespace ethpoc::wire {

bool looks_item_counted(BytesView payload) noexcept {
    return !payload.empty() && payload.front() > 0x80 && payload.front() < 0xc0;
}

Result<BytesView> from_item_counted(BytesView payload, Bytes& /*scratch*/) {
    return std::unexpected(Error{&errors::not_a_list, 0, payload.size(), "payload", {}});
}

Bytes to_item_counted(MessageType /*type*/, BytesView list) {
    return {list.begin(), list.end()};
}

Error place_in_item_counted(Error error, BytesView payload) {
    if (error.offset > payload.size()) { error.offset = payload.size(); }
    return error;
}

} // namespace ethpoc::wire
