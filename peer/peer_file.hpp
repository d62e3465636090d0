// PeerFile: what a node remembers of others over a restart, in one text file of its data directory: a line each for the
// key of the address book, special peers, addresses and bans.
//
//   ethpoc peers 1
//   key 00112233445566778899aabbccddeeff
//   special bootstrap.example:30303
//   address 192.0.2.1:30303 tried connected id=… source=192.0.0.0 seen=… last-try=… worked=… failures=0 works=23
//   refused=18,19 ban 192.0.2.7 until=1764320000 bad protocol end 5
//
// A file is written beside the old one and then takes its place, so a kill leaves one of the two, whole. A line that
// cannot be read costs that line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "peer/address_book.hpp"
#include "peer/ban_list.hpp"
#include "peer/peer_info.hpp"
#include "rlp/error.hpp"

namespace ethpoc::peer {

/// The content of the file, in memory.
struct PeerFile {
    AddressBook::Key key{};
    std::vector<std::string> special{}; // HOST:PORT, those that were added at run time
    std::vector<AddressRow> addresses{};
    std::vector<Ban> bans{};
    std::size_t damaged = 0; // lines that could not be read
};

/// The same for people and programs.
KnownAddress known_address(const AddressRow& row);
/// A ban in words of JSON and people.
BanInfo ban_info(const Ban& ban);

inline constexpr std::string_view peer_file_name = "peers.txt";

/// The whole file.
std::string to_text(const PeerFile& file);
/// Never fails: what cannot be read is counted. A text that ends early (no `end`) counts as one damaged line more.
PeerFile parse_peer_file(std::string_view text);

/// A file that is not there is an empty one with a key of its own. Error: peer.peer_file_unusable (it cannot be read).
Result<PeerFile> read_peer_file(const std::string& path);
/// Mode 0600, durable when it returns. Error: peer.peer_file_unusable.
Result<void> write_peer_file(const std::string& path, const PeerFile& file);

} // namespace ethpoc::peer
