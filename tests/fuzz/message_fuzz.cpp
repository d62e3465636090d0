// Any payload under any profile, as a message and as a Hello. The first byte chooses the profile.
#include <cstdio>
#include <cstdlib>

#include "tests/wire/hostile.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ethpoc;
    if (size == 0) { return 0; }
    const auto rows = wire::profiles();
    const std::string fault = test::fault_of(rows[data[0] % rows.size()], {data + 1, size - 1});
    if (!fault.empty()) {
        std::fprintf(stderr, "%s\n", fault.c_str());
        std::abort();
    }
    return 0;
}
