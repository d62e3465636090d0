#include "wire/frame.hpp"

int main() {
    return ethpoc::wire::default_max_payload == 16u << 20 ? 0 : 1;
}
