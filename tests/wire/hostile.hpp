// What must hold for any payload under any profile; used by tests and fuzz targets.
#pragma once

#include <string>
#include <variant>

#include "wire/codec.hpp"
#include "wire/frame.hpp"

namespace ethpoc::test {

/// Empty, or what is wrong with this error about a payload of `size` bytes.
inline std::string fault_of(const Error& error, std::size_t size) {
    if (error.code == nullptr) { return "an error without code"; }
    if (error.offset > size || error.length > size - error.offset) {
        return "outside of the payload: " + error.message();
    }
    if (!error.path.starts_with("payload")) { return "without path: " + error.message(); }
    return {};
}

/// Reads everything that a message offers to its handlers; all of it must be readable.
inline std::string fault_of(const wire::Message& message, wire::AddressForm form) {
    const auto all_hashes = [](const rlp::Items& hashes) {
        for (const rlp::Item& hash : hashes) {
            if (!wire::decode_hash(hash)) { return std::string("a hash that cannot be read"); }
        }
        return std::string{};
    };
    if (const auto* peers = std::get_if<wire::Peers>(&message)) {
        for (const rlp::Item& entry : peers->entries) {
            if (!wire::decode_peer_entry(entry, form)) { return "an entry that cannot be read"; }
        }
    }
    if (const auto* ask = std::get_if<wire::GetChain>(&message)) { return all_hashes(ask->hashes); }
    if (const auto* told = std::get_if<wire::BlockHashes>(&message)) { return all_hashes(told->hashes); }
    if (const auto* ask = std::get_if<wire::GetBlocks>(&message)) { return all_hashes(ask->hashes); }
    std::size_t bytes = 0;
    const auto touch = [&](const rlp::Items& items) {
        for (const rlp::Item& item : items) {
            bytes += item.whole().size();
        }
    };
    if (const auto* blocks = std::get_if<wire::Blocks>(&message)) { touch(blocks->items); }
    if (const auto* transactions = std::get_if<wire::Transactions>(&message)) { touch(transactions->items); }
    if (const auto* unknown = std::get_if<wire::Unknown>(&message)) { touch(unknown->items); }
    return bytes == ~std::size_t{0} ? "impossible" : std::string{};
}

/// Decodes `payload` as a message of `profile` and as a Hello. Empty, or what is wrong.
inline std::string fault_of(const wire::Profile& profile, BytesView payload) {
    Bytes scratch;
    const wire::IdOffsets both{.eth = 0x10, .shh = 0x18};
    const auto message = wire::decode(profile, payload, scratch, both);
    const std::string fault = message ? fault_of(*message, profile.address) : fault_of(message.error(), payload.size());
    if (!fault.empty()) { return std::string(profile.name) + ": " + fault; }
    const bool hello = wire::looks_like_hello(payload);
    const auto greeting = wire::decode_greeting(payload, scratch);
    if (greeting && !hello) { return "a greeting that does not look like one"; }
    return greeting ? std::string{} : fault_of(greeting.error(), payload.size());
}

} // namespace ethpoc::test
