#include "record/session_file.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

#include "rlp/hex.hpp"
#include "rlp/paste_text.hpp"

namespace ethpoc::record {

namespace {

using Json = nlohmann::ordered_json;

std::optional<wire::Side> side_of(const std::string& name) {
    if (name == "dialer") { return wire::Side::dialer; }
    return name == "listener" ? std::optional(wire::Side::listener) : std::nullopt;
}

const char* name_of(wire::Side side) {
    return side == wire::Side::dialer ? "dialer" : "listener";
}

/// The member `key` if it is text; recordings come from outside, so nothing is taken for granted.
std::string text_of(const Json& json, const char* key) {
    const auto at = json.find(key);
    return at != json.end() && at->is_string() ? at->get<std::string>() : std::string();
}

std::expected<SessionLine, std::string> line_of(const Json& json) {
    SessionLine out;
    if (const auto at = json.find("t"); at != json.end() && at->is_number()) { out.seconds = at->get<double>(); }
    if (const auto at = json.find("conn"); at != json.end() && at->is_number_unsigned()) {
        out.connection = at->get<std::uint64_t>();
    }
    out.from = side_of(text_of(json, "from"));
    out.event = text_of(json, "event");
    auto bytes = from_hex_digits(text_of(json, "hex"));
    if (!bytes) { return std::unexpected(bytes.error().message()); }
    out.bytes = std::move(*bytes);
    if (!out.bytes.empty() && !out.from) { return std::unexpected("bytes from neither dialer nor listener"); }
    return out;
}

Json json_of(const SessionLine& line) {
    constexpr double tenth_of_ms = 1e4;
    Json out{{"t", std::round(line.seconds * tenth_of_ms) / tenth_of_ms}, {"conn", line.connection}};
    if (line.from) { out["from"] = name_of(*line.from); }
    if (!line.bytes.empty()) { out["hex"] = to_hex(line.bytes); }
    if (!line.event.empty()) { out["event"] = line.event; }
    return out;
}

/// Does the line tell what the session is?
bool is_heading(const Json& json) {
    const auto head = json.find("session");
    return head != json.end() && head->is_object();
}

} // namespace

bool begins_session(BytesView head) {
    constexpr std::string_view blanks = " \t\r\n";
    const auto pass_blanks = [&](std::string_view text) {
        return text.substr(std::min(text.size(), text.find_first_not_of(blanks)));
    };
    std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
    if (text.starts_with("\xef\xbb\xbf")) { text.remove_prefix(3); }
    text = pass_blanks(text);
    if (!text.starts_with('{')) { return false; }
    text = pass_blanks(text.substr(1));
    constexpr std::string_view members[] = {R"("session")", R"("t")", R"("conn")", R"("from")", R"("event")"};
    return std::ranges::any_of(members, [&](std::string_view member) { return text.starts_with(member); });
}

std::expected<std::optional<SessionLine>, std::string> parse_session_line(std::string_view text) {
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) { return std::nullopt; }
    const Json json = Json::parse(text, nullptr, false);
    if (!json.is_object()) { return std::unexpected("not a JSON object; is this a recorded session?"); }
    if (is_heading(json)) { return std::nullopt; }
    auto line = line_of(json);
    if (!line) { return std::unexpected(std::move(line.error())); }
    return *std::move(line);
}

Bytes SessionStream::joined() const {
    Bytes out;
    for (const Bytes& chunk : chunks) {
        out.insert(out.end(), chunk.begin(), chunk.end());
    }
    return out;
}

std::expected<SessionFile, std::string> read_session(const std::filesystem::path& file) {
    std::error_code ignored;
    if (std::filesystem::is_directory(file, ignored)) { return std::unexpected(file.string() + " is a folder"); }
    std::ifstream bytes(file, std::ios::binary);
    if (!bytes) { return std::unexpected(file.string() + " cannot be opened"); }
    auto decoded = decode_text(std::string(std::istreambuf_iterator<char>(bytes), {}));
    if (!decoded) { return std::unexpected(file.string() + ": " + decoded.error().message()); }
    std::istringstream in(*std::move(decoded));
    SessionFile out;
    std::string text;
    for (std::size_t number = 1; std::getline(in, text); ++number) {
        if (text.empty()) { continue; }
        const std::string where = file.string() + ":" + std::to_string(number) + ": ";
        const Json json = Json::parse(text, nullptr, false);
        if (json.is_discarded() && in.eof() && number > 1) { // a recording that was killed in the middle of a line
            out.trouble = where + "the line is cut off; it was left out";
            break;
        }
        if (!json.is_object()) { return std::unexpected(where + "not a JSON object; is this a recorded session?"); }
        if (is_heading(json)) {
            const Json& head = json["session"];
            out.client = text_of(head, "client");
            out.scenario = text_of(head, "scenario");
            out.what = text_of(head, "what");
            continue;
        }
        auto line = line_of(json);
        if (!line) { return std::unexpected(where + line.error()); }
        out.lines.push_back(std::move(*line));
    }
    return out;
}

std::vector<SessionStream> streams_of(const SessionFile& session) {
    std::vector<SessionStream> out;
    for (const SessionLine& line : session.lines) {
        if (line.bytes.empty()) { continue; }
        auto stream = std::ranges::find_if(out, [&](const SessionStream& candidate) {
            return candidate.connection == line.connection && candidate.from == *line.from;
        });
        if (stream == out.end()) { stream = out.insert(out.end(), SessionStream{line.connection, *line.from, {}}); }
        stream->chunks.push_back(line.bytes);
    }
    return out;
}

SessionWriter::SessionWriter(FileWriter file, const std::string& client, const std::string& scenario,
                             const std::string& what) :
    Recording(std::move(file)) {
    const Json head{{"session", {{"client", client}, {"scenario", scenario}, {"what", what}}}};
    write_text(head.dump(-1, ' ', false, Json::error_handler_t::replace));
    keep(file_.publish());
}

void SessionWriter::write(const SessionLine& line) {
    write_text(json_of(line).dump(-1, ' ', false, Json::error_handler_t::replace));
    keep(file_.flush());
}

void SessionWriter::write_text(const std::string& line) {
    keep(file_.write(as_bytes(line + '\n'))); // in one piece: see FileWriter::flush
}

} // namespace ethpoc::record
