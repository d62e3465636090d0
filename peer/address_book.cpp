#include "peer/address_book.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>

namespace ethpoc::peer {

namespace {

boost::asio::ip::address to_asio(const IpAddress& address) {
    if (address.size == 4) {
        boost::asio::ip::address_v4::bytes_type v4{};
        std::copy_n(address.bytes.begin(), v4.size(), v4.begin());
        return boost::asio::ip::address_v4(v4);
    }
    boost::asio::ip::address_v6::bytes_type v6{};
    std::copy_n(address.bytes.begin(), v6.size(), v6.begin());
    return boost::asio::ip::address_v6(v6);
}

bool is_public_v4(std::uint8_t a, std::uint8_t b) noexcept {
    const bool special = a == 0 || a == 10 || a == 127 || a >= 224;
    const bool shared = (a == 169 && b == 254) || (a == 172 && (b & 0xf0) == 16) || (a == 192 && b == 168);
    return !special && !shared;
}

} // namespace

bool is_public(const IpAddress& address) noexcept {
    if (address.size == 4) { return is_public_v4(address.bytes[0], address.bytes[1]); }
    const auto v6 = to_asio(address).to_v6();
    if (v6.is_v4_mapped()) { return is_public_v4(address.bytes[12], address.bytes[13]); }
    const bool unique_local = (address.bytes[0] & 0xfe) == 0xfc;
    return !v6.is_loopback() && !v6.is_link_local() && !v6.is_multicast() && !v6.is_unspecified() && !unique_local;
}

std::string to_text(const IpAddress& address) {
    return to_asio(address).to_string();
}

bool AddressBook::add(const wire::PeerEntry& entry) {
    KnownNode node{{entry.address, entry.address_size}, entry.port, NodeId::right_aligned(entry.node_id)};
    if (node.port == 0 || max_ == 0 || (!allow_private_ && !is_public(node.address))) { return false; }
    if (!known_.insert(node).second) { return false; }
    if (entries_.size() < max_) {
        entries_.push_back({node, false});
    } else {
        known_.erase(entries_[next_].node);
        entries_[next_] = {node, false};
        next_ = (next_ + 1) % max_;
    }
    return true;
}

std::vector<KnownNode> AddressBook::take_untried(std::size_t limit) {
    std::vector<KnownNode> out;
    for (Row& row : entries_) {
        if (out.size() == limit) { break; }
        if (!row.tried) {
            row.tried = true;
            out.push_back(row.node);
        }
    }
    return out;
}

} // namespace ethpoc::peer
