#include "cmd/verify_mark.hpp"

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "record/file_writer.hpp"
#include "rlp/hex.hpp"

namespace ethpoc::cmd {

namespace {

std::optional<Bytes> hex_member(const nlohmann::json& value, const char* name) {
    const auto at = value.find(name);
    if (at == value.end() || !at->is_string()) { return {}; }
    auto bytes = from_hex_digits(at->get_ref<const std::string&>());
    return bytes ? std::optional(std::move(*bytes)) : std::nullopt;
}

std::optional<Hash256> hash_member(const nlohmann::json& value, const char* name) {
    const auto bytes = hex_member(value, name);
    return bytes && bytes->size() == Hash256::width ? std::optional(Hash256::right_aligned(*bytes)) : std::nullopt;
}

std::optional<std::uint64_t> number_member(const nlohmann::json& value, const char* name) {
    const auto at = value.find(name);
    return at != value.end() && at->is_number_unsigned() ? std::optional(at->get<std::uint64_t>()) : std::nullopt;
}

} // namespace

std::string verify_mark_name(const std::string& directory) {
    return directory + "/verify.json";
}

std::expected<VerifyMark, std::string> read_verify_mark(const std::string& directory) {
    constexpr std::uintmax_t most = 1u << 30; // bytes; an account takes some 200
    const std::string name = verify_mark_name(directory);
    std::error_code failed;
    const auto size = std::filesystem::file_size(name, failed);
    if (failed || !std::filesystem::is_regular_file(name, failed)) {
        return std::unexpected("nothing was left by a verify before");
    }
    std::ifstream file(name, std::ios::binary);
    const nlohmann::json value = size > most ? nlohmann::json() : nlohmann::json::parse(file, nullptr, false);
    const auto bad = std::unexpected("verify.json cannot be read, or is none");
    if (!value.is_object()) { return bad; }
    const auto genesis = hash_member(value, "genesis");
    const auto from = number_member(value, "from");
    const auto number = number_member(value, "number");
    const auto hash = hash_member(value, "hash");
    auto state = hex_member(value, "state");
    if (!genesis || !from || !number || !hash || !state || *from > *number) { return bad; }
    return VerifyMark{*genesis, *from, *number, *hash, std::move(*state)};
}

Result<void> write_verify_mark(const std::string& directory, const VerifyMark& mark) {
    auto file = record::FileWriter::create(verify_mark_name(directory), record::Existing::replace);
    if (!file) { return std::unexpected(std::move(file.error())); }
    const nlohmann::ordered_json value{{"genesis", "0x" + to_hex(mark.genesis)},
                                       {"from", mark.from},
                                       {"number", mark.number},
                                       {"hash", "0x" + to_hex(mark.hash)},
                                       {"state", to_hex(mark.state)}};
    if (auto written = file->write(as_bytes(value.dump(2) + '\n')); !written) { return written; }
    return file->finish();
}

void remove_verify_mark(const std::string& directory, const Hash256& genesis) {
    const auto mark = read_verify_mark(directory);
    std::error_code failed; // then the next one reads it, and judges it
    if (mark && mark->genesis == genesis) { std::filesystem::remove(verify_mark_name(directory), failed); }
}

} // namespace ethpoc::cmd
