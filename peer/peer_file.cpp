#include "peer/peer_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "peer/errors.hpp"
#include "peer/whole_file.hpp"
#include "rlp/hex.hpp"

namespace ethpoc::peer {

namespace {

constexpr std::string_view peer_file_title = "ethpoc peers 1";
constexpr std::size_t largest_peer_file = 64u << 20; // bytes; a book of 65,536 addresses is half of it

// ---------------------------------------------------------------- out

std::string names_of(const std::vector<const wire::Profile*>& rows) {
    std::string out;
    for (const wire::Profile* const row : rows) {
        out += (out.empty() ? "" : ",") + std::string(row->name);
    }
    return out;
}

std::string line_of(const AddressRow& row) {
    std::string out = "address " + to_text(row.where) + (row.tried ? " tried" : " new");
    if (row.connected) { out += " connected"; }
    out += " id=" + to_hex(row.node_id) + " source=" + to_text(row.source);
    out += " seen=" + std::to_string(row.seen) + " last-try=" + std::to_string(row.last_try);
    out += " worked=" + std::to_string(row.last_success) + " failures=" + std::to_string(row.failures);
    if (row.works != nullptr) { out += " works=" + std::string(row.works->name); }
    if (!row.refused.empty()) { out += " refused=" + names_of(row.refused); }
    return out;
}

std::string line_of(const Ban& ban) {
    return "ban " + scope_text(ban.scope) + " until=" + std::to_string(ban.until) + " " + printable(ban.reason);
}

// ---------------------------------------------------------------- in

/// The text up to the next blank; that is cut off, the blank too.
std::string_view word_of(std::string_view& line) {
    const auto blank = line.find(' ');
    const std::string_view out = line.substr(0, blank);
    line.remove_prefix(blank == std::string_view::npos ? line.size() : blank + 1);
    return out;
}

template <class Number>
bool read_number(std::string_view text, Number& out) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc{} && end == text.data() + text.size();
}

bool read_names(std::string_view text, std::vector<const wire::Profile*>& out) {
    while (!text.empty()) {
        const auto comma = text.find(',');
        const wire::Profile* const row = wire::find_profile(text.substr(0, comma));
        if (row == nullptr) { return false; }
        out.push_back(row);
        text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    }
    return true;
}

template <std::size_t Size>
bool read_bytes(std::string_view text, std::array<std::uint8_t, Size>& out) {
    const auto bytes = from_hex_digits(text);
    if (!bytes || bytes->size() != Size) { return false; }
    std::ranges::copy(*bytes, out.begin());
    return true;
}

bool read_fact(std::string_view word, AddressRow& row) {
    const auto equals = word.find('=');
    const std::string_view name = word.substr(0, equals);
    const std::string_view value = equals == std::string_view::npos ? std::string_view{} : word.substr(equals + 1);
    if (name == "tried") { return row.tried = true; }
    if (name == "new") { return true; }
    if (name == "connected") { return row.connected = true; }
    if (name == "seen") { return read_number(value, row.seen); }
    if (name == "last-try") { return read_number(value, row.last_try); }
    if (name == "worked") { return read_number(value, row.last_success); }
    if (name == "failures") { return read_number(value, row.failures); }
    if (name == "refused") { return read_names(value, row.refused); }
    if (name == "works") { return (row.works = wire::find_profile(value)) != nullptr; }
    if (name == "source") {
        const auto ip = parse_ip(value);
        row.source = ip.value_or(IpAddress{});
        return ip.has_value();
    }
    const auto id = from_hex_digits(value);
    if (name != "id" || !id || id->size() != NodeId::width) { return false; }
    row.node_id = NodeId::right_aligned(*id);
    return true;
}

bool read_address(std::string_view line, PeerFile& file) {
    AddressRow row;
    const auto where = parse_address(word_of(line));
    if (!where) { return false; }
    row.where = *where;
    while (!line.empty()) {
        if (!read_fact(word_of(line), row)) { return false; }
    }
    file.addresses.push_back(std::move(row));
    return true;
}

bool read_ban(std::string_view line, PeerFile& file) {
    Ban ban;
    const auto scope = parse_scope(word_of(line));
    if (!scope) { return false; }
    ban.scope = *scope;
    const std::string_view until = word_of(line);
    if (!until.starts_with("until=") || !read_number(until.substr(6), ban.until)) { return false; }
    ban.reason = printable(line);
    file.bans.push_back(std::move(ban));
    return true;
}

bool read_line(std::string_view line, PeerFile& file) {
    const std::string_view kind = word_of(line);
    if (kind == "key") { return read_bytes(line, file.key); }
    if (kind == "address") { return read_address(line, file); }
    if (kind == "ban") { return read_ban(line, file); }
    if (kind != "special" || line.empty() || line.find(':') == std::string_view::npos) { return false; }
    file.special.emplace_back(printable(line));
    return true;
}

Error peer_file_error(const std::string& path, const char* what, int code) {
    return {&errors::peer_file_unusable, 0, 0, {}, std::string(what) + " " + path + ": " + std::strerror(code)};
}

} // namespace

KnownAddress known_address(const AddressRow& row) {
    KnownAddress out;
    out.endpoint = to_text(row.where);
    out.table = row.tried ? "tried" : "new";
    out.last_success = row.last_success;
    out.last_try = row.last_try;
    out.seen = row.seen;
    out.failures = row.failures;
    if (row.works != nullptr) { out.works = row.works->name; }
    for (const wire::Profile* const version : row.refused) {
        out.refused.emplace_back(version->name);
    }
    out.source = to_text(row.source);
    return out;
}

BanInfo ban_info(const Ban& ban) {
    return {scope_text(ban.scope), ban.until, ban.reason};
}

std::string to_text(const PeerFile& file) {
    std::string out(peer_file_title);
    out += "\nkey " + to_hex(file.key) + "\n";
    for (const std::string& endpoint : file.special) {
        out += "special " + endpoint + "\n";
    }
    for (const AddressRow& row : file.addresses) {
        out += line_of(row) + "\n";
    }
    for (const Ban& ban : file.bans) {
        out += line_of(ban) + "\n";
    }
    const std::size_t lines = 1 + file.special.size() + file.addresses.size() + file.bans.size();
    return out + "end " + std::to_string(lines) + "\n";
}

PeerFile parse_peer_file(std::string_view text) {
    PeerFile file;
    bool ended = false;
    std::size_t number = 0; // of the line
    while (!text.empty()) {
        const auto newline = text.find('\n');
        const std::string_view line = text.substr(0, newline);
        text.remove_prefix(newline == std::string_view::npos ? text.size() : newline + 1);
        if (number++ == 0) {
            file.damaged += line == peer_file_title ? 0 : 1;
        } else if (line.starts_with("end ")) {
            ended = line == "end " + std::to_string(number - 2); // neither the title nor itself
        } else {
            file.damaged += read_line(line, file) ? 0 : 1;
        }
    }
    file.damaged += ended ? 0 : 1;
    return file;
}

Result<PeerFile> read_peer_file(const std::string& path) {
    const File source(path, O_RDONLY | O_NONBLOCK);
    if (!source && errno != ENOENT) { return std::unexpected(peer_file_error(path, "cannot read", errno)); }
    PeerFile file;
    if (source) {
        struct stat status {};
        if (::fstat(source.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
            return std::unexpected(peer_file_error(path, "this is no file:", EINVAL));
        }
        std::string text(std::min<std::size_t>(static_cast<std::size_t>(status.st_size), largest_peer_file), '\0');
        const ssize_t n = ::read(source.get(), text.data(), text.size());
        if (n < 0) { return std::unexpected(peer_file_error(path, "cannot read", errno)); }
        text.resize(static_cast<std::size_t>(n));
        file = parse_peer_file(text);
    }
    if (file.key == AddressBook::Key{}) {
        std::ranges::copy(BytesView(random_hash()).first(file.key.size()), file.key.begin());
    }
    return file;
}

Result<void> write_peer_file(const std::string& path, const PeerFile& file) {
    if (write_whole_file(path, to_text(file), Existing::replace)) { return {}; }
    return std::unexpected(peer_file_error(path, "cannot write", errno));
}

} // namespace ethpoc::peer
