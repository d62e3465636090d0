// The two kinds of lines have flat members whose strings need no escapes, so a search for the member is enough.
#include "chain/chain_file.hpp"

#include <charconv>
#include <utility>

#include "chain/genesis.hpp"
#include "chain/u256.hpp"
#include "rlp/hex.hpp"

namespace ethpoc::chain {

namespace {

/// What stands after `"name":`, blanks skipped; empty when there is no such member.
std::string_view after(std::string_view line, std::string_view name) noexcept {
    const std::string quoted = '"' + std::string(name) + '"';
    std::size_t at = line.find(quoted);
    if (at == std::string_view::npos) { return {}; }
    at = line.find_first_not_of(" \t", at + quoted.size());
    if (at == std::string_view::npos || line[at] != ':') { return {}; }
    at = line.find_first_not_of(" \t", at + 1);
    return at == std::string_view::npos ? std::string_view{} : line.substr(at);
}

std::optional<std::string_view> text_member(std::string_view line, std::string_view name) noexcept {
    const std::string_view rest = after(line, name);
    if (!rest.starts_with('"')) { return std::nullopt; }
    const std::size_t end = rest.find('"', 1);
    if (end == std::string_view::npos) { return std::nullopt; }
    return rest.substr(1, end - 1);
}

/// `"name":"value"` pairs up to the closing brace; nothing when they are none.
std::optional<std::vector<PremineAccount>> premine_member(std::string_view rest) {
    std::vector<PremineAccount> out;
    if (!rest.starts_with('{')) { return out; }
    rest = rest.substr(1, rest.find('}') - 1);
    const auto quoted = [&rest]() -> std::string_view {
        const std::size_t begin = rest.find('"');
        const std::size_t end = begin == std::string_view::npos ? begin : rest.find('"', begin + 1);
        if (end == std::string_view::npos) { return {}; }
        const auto text = rest.substr(begin + 1, end - begin - 1);
        rest.remove_prefix(end + 1);
        return text;
    };
    while (rest.find('"') != std::string_view::npos) {
        const auto address = from_hex_digits(quoted());
        const auto balance = from_decimal(quoted());
        if (!address || address->size() != Address::width || !balance) { return {}; }
        out.push_back({Address::right_aligned(*address), *balance});
    }
    return out;
}

Error lacks(std::string_view name) {
    return {&errors::bad_chain_file, 0, 0, std::string(name), "the line lacks \"" + std::string(name) + '"'};
}

} // namespace

bool is_chain_file_head(std::string_view line) noexcept {
    return line.starts_with('{') && !after(line, "chain").empty();
}

Result<ChainFileHead> parse_chain_file_head(std::string_view line) {
    if (!is_chain_file_head(line)) { return std::unexpected(lacks("chain")); }
    ChainFileHead out;
    const auto genesis = text_member(line, "genesis_rlp");
    if (!genesis) { return std::unexpected(lacks("genesis_rlp")); }
    auto bytes = from_hex_digits(*genesis);
    if (!bytes) { return std::unexpected(std::move(bytes.error())); }
    out.genesis_rlp = std::move(*bytes);
    out.client = text_member(line, "client").value_or("");
    out.note = text_member(line, "note").value_or("");
    auto premine = premine_member(after(line, "premine"));
    if (!premine) {
        return std::unexpected(Error{&errors::bad_chain_file, 0, 0, "premine", "not addresses and numbers of wei"});
    }
    out.premine = std::move(*premine);
    const std::string_view protocol = after(line, "protocol");
    if (std::from_chars(protocol.data(), protocol.data() + protocol.size(), out.protocol).ec != std::errc{}) {
        return std::unexpected(lacks("protocol"));
    }
    return out;
}

Result<Bytes> parse_chain_file_block(std::string_view line) {
    auto hex = text_member(line, "rlp");
    if (!hex) { hex = text_member(line, "hex"); }
    if (!hex) { return std::unexpected(lacks("rlp")); }
    return from_hex_digits(*hex);
}

bool ChainFileReader::read_line() {
    line_.clear();
    ++number_;
    for (char c = 0; in_.get(c) && c != '\n';) {
        if (line_.size() == max_line_) { return false; }
        line_.push_back(c);
    }
    return true;
}

Result<ChainFileHead> ChainFileReader::head() {
    if (!read_line()) { return std::unexpected(lacks("chain")); }
    return parse_chain_file_head(line_);
}

Result<std::optional<ChainFileHead>> ChainFileReader::begin() {
    do {
        again_ = !read_line() || !line_.empty(); // next() tells of one that is too long
    } while (!again_ && in_.good());
    if (!is_chain_file_head(line_)) { return std::optional<ChainFileHead>{}; }
    again_ = false;
    auto head = parse_chain_file_head(line_);
    if (!head) { return std::unexpected(std::move(head.error())); }
    return std::optional<ChainFileHead>(std::move(*head));
}

Result<std::optional<Bytes>> ChainFileReader::next() {
    do {
        if (!std::exchange(again_, false) && !read_line()) {
            return std::unexpected(
                Error{&errors::bad_chain_file, 0, 0, {}, "line " + std::to_string(number_) + " is too long"});
        }
        if (!line_.empty()) {
            auto block = parse_chain_file_block(line_);
            if (block) { return std::optional<Bytes>(std::move(*block)); }
            block.error().detail += (block.error().detail.empty() ? "line " : ", line ") + std::to_string(number_);
            return std::unexpected(std::move(block.error()));
        }
    } while (in_.good());
    return std::optional<Bytes>{};
}

} // namespace ethpoc::chain
