// What a stimulus told of, taken out of its writes.
#include "conform/reading.hpp"

#include <array>

#include <doctest/doctest.h>

#include "tests/conform/heard_bench.hpp"

using namespace ethpoc;
using namespace ethpoc::conform;

TEST_CASE("reading: what a stimulus told of is found in its writes") {
    const Facts facts = test::full_facts("7");
    const auto write = [](Line line, const Bytes& bytes) {
        Step step;
        step.kind = Step::Kind::write;
        step.line = line;
        step.bytes = bytes;
        return step;
    };
    const Bytes transaction = test::hex("c3010203");
    const std::array<BytesView, 1> items{BytesView(transaction)};
    const Bytes frame = wire::compose_raw_items(*facts.profile, wire::MessageType::Transactions, items);
    Script script;
    script.steps = {write(0, {frame.begin(), frame.begin() + 5}), write(1, frame),
                    write(0, {frame.begin() + 5, frame.end()})};
    CHECK(things_told(script, facts) == std::vector<Bytes>{transaction});
    script.steps.pop_back();
    CHECK(things_told(script, facts).empty());
}
