// A chain with its service, without a socket, a thread or a clock of its own.
#include "sync/manager.hpp"

int main() {
    ethpoc::sync::ChainProxy in(1u << 20);
    ethpoc::sync::NetworkProxy out(1u << 20, [] {});
    ethpoc::sync::ChainManager chain({}, in, out);
    if (!chain.open()) { return 1; }
    chain.drain(ethpoc::sync::Time{}, 0);
    return chain.main_head().number == 0 ? 0 : 1;
}
