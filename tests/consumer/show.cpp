#include "show/text.hpp"

int main() {
    const ethpoc::Bytes cats{0xc8, 0x83, 'c', 'a', 't', 0x83, 'd', 'o', 'g'};
    const auto back = ethpoc::show::from_text(ethpoc::show::to_text(cats));
    return back && *back == cats ? 0 : 1;
}
