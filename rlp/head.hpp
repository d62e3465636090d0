// The careful reader of one header: never gives up, says everything that is wrong with it. scan.hpp is the fast one.
#pragma once

#include <cstdint>
#include <string>

#include "rlp/bytes.hpp"
#include "rlp/decode.hpp"
#include "rlp/error.hpp"

namespace ethpoc::rlp {

/// What is wrong, without path; offsets count from the start of the whole input.
struct HeadFault {
    const ErrorCode* code = nullptr; // null: nothing
    std::size_t offset = 0;
    std::size_t length = 0;
};

/// One header, as far as it is there.
struct Head {
    std::size_t offset = 0;       // of the first header byte (or the byte itself)
    std::size_t header_size = 0;  // 0 for a byte below 0x80
    std::size_t payload_size = 0; // cut at the end of the container
    std::uint64_t claimed = 0;    // what the header says
    bool is_list = false;
    HeadFault style{}; // not canonical; the clients of 2014 read it all the same
    HeadFault fatal{}; // does not fit: nothing after this header can be trusted

    std::size_t payload_offset() const noexcept { return offset + header_size; }
    std::size_t end() const noexcept { return offset + header_size + payload_size; }
    /// The fault that counts in this mode, code null when there is none.
    const HeadFault& fault(Mode mode) const noexcept {
        return mode == Mode::strict && style.code != nullptr ? style : fatal;
    }
    /// The numbers behind the fault, for Error::detail.
    std::string detail(const HeadFault& fault) const;
};

/// The header at `at`, whose container ends at `end`; at < end <= bytes.size(). `nested`: the container is a list, not
/// the input. A header whose length bytes are not all there has the rest of the container as its `header_size` and no
/// payload.
Head read_head(BytesView bytes, std::size_t at, std::size_t end, bool nested) noexcept;

} // namespace ethpoc::rlp
