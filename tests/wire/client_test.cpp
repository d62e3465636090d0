// Who is there, by the client ids of genuine clients.
#include "wire/client.hpp"

#include <array>

#include <doctest/doctest.h>

using namespace ethpoc::wire;

TEST_CASE("client: ids of genuine clients") {
    struct Row {
        std::string_view id;
        ClientKind flat;
        ClientKind p2p;
    };
    using enum ClientKind;
    constexpr std::array rows{
        Row{"Ethereum(++)/ZeroGox/v0.5.1/ncurses/Linux/g++", cpp, cpp},
        Row{"AlethZero/v0.3.10", cpp, cpp},
        Row{"Ethereum(G)/v0.5.17//linux/Go", go, go},
        Row{"Ethereum(py)/0.0.1", py, py},
        Row{"EthereumJS/v0.0.1", js, js},
        Row{"Ethereum Node/0.0.2", js, js},
        Row{"Ethereum Node.js/0.1.5", js, js},
        Row{"EthereumJ/v0.5.0", java, java},
        Row{"Ethereum(J)/0.5", java, java},
        Row{"", go, unknown}, // Go says nothing on connections that it accepts
        Row{"ethpoc/v0.1.0", own, own},
        Row{"bench/1", unknown, unknown},
    };
    for (const Row& row : rows) {
        INFO(row.id);
        CHECK(identify(row.id, Family::flat) == row.flat);
        CHECK(identify(row.id, Family::p2p) == row.p2p);
    }
}

TEST_CASE("client: every kind has a name for people") {
    CHECK(name_of(ClientKind::unknown) == "unknown");
    CHECK(name_of(ClientKind::cpp) == "C++");
    CHECK(name_of(ClientKind::go) == "Go");
    CHECK(name_of(ClientKind::py) == "Python");
    CHECK(name_of(ClientKind::java) == "Java");
    CHECK(name_of(ClientKind::js) == "JavaScript");
    CHECK(name_of(ClientKind::own) == "ethpoc");
}
