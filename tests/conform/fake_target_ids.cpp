// Where the ids of eth begin in a session of a FakeTarget, and what its capabilities look like to it.
#include <algorithm>

#include "tests/conform/fake_items.hpp"
#include "tests/conform/fake_target.hpp"

namespace ethpoc::test {

bool FakeTarget::capabilities_fit(const std::vector<Bytes>& items) const {
    if (items.size() <= p2p_caps_place) { return false; }
    const bool pairs = profile().capabilities == wire::CapabilityForm::pairs;
    return std::ranges::all_of(items_of(items[p2p_caps_place]),
                               [&](const Bytes& entry) { return (entry[0] >= 0xc0) == pairs; });
}

bool FakeTarget::has_wide_version(const std::vector<Bytes>& items) const {
    return std::ranges::any_of(items_of(items[p2p_caps_place]),
                               [](const Bytes& entry) { return size_of(items_of(entry), 1) > 1; });
}

void FakeTarget::set_offsets(const wire::Greeting& greeting) {
    offsets_ = greeting.offsets;
    if (profile().capabilities != wire::CapabilityForm::pairs) {
        order_of_names(greeting);
        return;
    }
    std::uint16_t next = wire::first_sub_protocol_id;
    std::uint16_t eth = 0;
    std::size_t eths = 0;
    for (const rlp::Item& entry : greeting.hello.capability_list) {
        rlp::Items pair;
        std::string_view name;
        std::uint32_t version = 0;
        if (!rlp::list_items_fast(entry.whole(), pair, rlp::Mode::lenient) || pair.size() < 2) { continue; }
        rlp::value_fast(pair[0], name, rlp::Mode::lenient);
        rlp::value_fast(pair[1], version, rlp::Mode::lenient);
        const bool is_eth = name == "eth";
        if (is_eth) {
            ++eths;
            const bool counts = version == profile().eth_version;
            if (is(Bug::second_eth_counts)) { eth = counts ? next : 0; }
            if (is(Bug::unshared_take_ids) && counts) { eth = next; }
        }
        next = static_cast<std::uint16_t>(next + (name == "shh" ? wire::shh_id_count : wire::eth_id_count));
    }
    if (is(Bug::dies_of_eth_twice) && eths > 1) { house_.die(); }
    if ((is(Bug::second_eth_counts) || is(Bug::unshared_take_ids)) && offsets_.eth != 0) { offsets_.eth = eth; }
}

/// p2p 0 has fixed places, whatever the order.
void FakeTarget::order_of_names(const wire::Greeting& greeting) {
    if (!is(Bug::order_counts) || profile().family == wire::Family::flat) { return; }
    std::uint16_t next = wire::first_sub_protocol_id;
    for (const rlp::Item& entry : greeting.hello.capability_list) {
        if (!entry.is_list && as_text(entry.payload()) == "eth") { offsets_.eth = next; }
        next = static_cast<std::uint16_t>(next + wire::eth_id_count);
    }
}

} // namespace ethpoc::test
