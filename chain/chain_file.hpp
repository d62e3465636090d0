// Recorded chains: JSON lines, the first about the chain, then one for each block, oldest first, block 1 first. A file
// of blocks alone has no first line, and its lines need no more than "rlp".
//
//   {"chain":{"client":"go-p08","protocol":8,"genesis_hash":"..","genesis_rlp":"..","note":".."}}
//   {"n":1,"hash":"..","prev":"..","rlp":".."}
//
// The first line alone names a genesis; of one that was made for a class it also says who has ether in it:
//
//   {"chain":{..,"premine":{"<address>":"<wei>",..}}}
#pragma once

#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <string_view>

#include "chain/premine.hpp"
#include "rlp/bytes.hpp"
#include "rlp/error.hpp"

namespace ethpoc::chain {

/// What the first line of a recorded chain says. Owns its bytes.
struct ChainFileHead {
    std::string client; // "cpp-poc7"; see implementation_of()
    std::uint32_t protocol = 0;
    Bytes genesis_rlp;
    std::string note;
    std::vector<PremineAccount> premine{}; // usually none
};

/// True when the line looks like the first one of a chain file.
bool is_chain_file_head(std::string_view line) noexcept;
/// Errors: chain.bad_chain_file, hex.*.
Result<ChainFileHead> parse_chain_file_head(std::string_view line);
/// The RLP of one block. Errors: chain.bad_chain_file, hex.*.
Result<Bytes> parse_chain_file_block(std::string_view line);

/// Reads a whole file line by line, never more than one line in memory.
class ChainFileReader {
  public:
    /// `in` must outlive it. Lines longer than `max_line` bytes are an error.
    explicit ChainFileReader(std::istream& in, std::size_t max_line = 64u << 20) : in_(in), max_line_(max_line) {}

    /// The first line, which must be about a chain; first of all calls. Errors: chain.bad_chain_file, hex.*.
    Result<ChainFileHead> head();
    /// The same of a file that may have blocks alone: nothing when its first line is not about a chain, which next()
    /// then takes for a block.
    Result<std::optional<ChainFileHead>> begin();
    /// The next block; nothing at the end of the file. Error::detail names the line.
    Result<std::optional<Bytes>> next();

  private:
    bool read_line();

    std::istream& in_;
    std::size_t max_line_;
    std::string line_{};
    std::size_t number_ = 0;
    bool again_ = false; // line_ is still to be taken
};

} // namespace ethpoc::chain
