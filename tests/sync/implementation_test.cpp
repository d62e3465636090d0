#include "sync/implementation.hpp"

#include <doctest/doctest.h>

using namespace ethpoc;
using wire::Family;

namespace {

chain::Implementation met(std::string_view client_id, Family family) {
    return sync::implementation_of(wire::identify(client_id, family));
}

} // namespace

TEST_CASE("implementation: whose rules the clients of the time go by") {
    using enum chain::Implementation;
    for (const Family family : {Family::flat, Family::p2p}) {
        CHECK(met("/Ethereum(G) v0.3.1/linux", family) == go);
        CHECK(met("Ethereum(++)/v0.3.11", family) == cpp);
        CHECK(met("Ethereum(py)/0.7.52/linux2", family) == py);
        CHECK(met("Ethereum Node.js/0.1.5", family) == js);
        CHECK(met("EthereumJ/v0.5.0", family) == cpp); // its own blocks were never seen
        CHECK(met("ethpoc/v0.1.0", family) == cpp);
        CHECK(met("somebody", family) == cpp);
    }
}

TEST_CASE("implementation: who says nothing is go in the flat family, and where nobody was asked it is cpp") {
    CHECK(met("", Family::flat) == chain::Implementation::go);
    CHECK(met("", Family::p2p) == chain::Implementation::cpp);
    CHECK(sync::implementation_of(wire::ClientKind{}) == chain::Implementation::cpp);
}
