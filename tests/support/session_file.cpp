#include "tests/support/session_file.hpp"

#include <algorithm>
#include <fstream>

#include <nlohmann/json.hpp>

#include "tests/support/shared.hpp"

namespace ethpoc::test {
namespace {

using Json = nlohmann::ordered_json;

Side side_of(const std::string& name) {
    if (name == "dialer") { return Side::dialer; }
    return name == "listener" ? Side::listener : Side::none;
}

const char* name_of(Side side) {
    return side == Side::dialer ? "dialer" : "listener";
}

SessionLine line_of(const Json& json) {
    SessionLine out;
    out.seconds = json.value("t", 0.0);
    out.connection = json.value("conn", std::uint64_t{0});
    out.from = side_of(json.value("from", ""));
    out.bytes = hex(json.value("hex", ""));
    out.event = json.value("event", "");
    return out;
}

Json json_of(const SessionLine& line) {
    Json out{{"t", line.seconds}, {"conn", line.connection}};
    if (line.from != Side::none) { out["from"] = name_of(line.from); }
    if (!line.bytes.empty()) { out["hex"] = to_hex(line.bytes); }
    if (!line.event.empty()) { out["event"] = line.event; }
    return out;
}

} // namespace

Bytes SessionStream::joined() const {
    Bytes out;
    for (const Bytes& chunk : chunks) {
        out.insert(out.end(), chunk.begin(), chunk.end());
    }
    return out;
}

std::expected<SessionFile, std::string> read_session(const std::filesystem::path& file) {
    std::ifstream in(file);
    if (!in) { return std::unexpected(file.string() + ": cannot be opened"); }
    SessionFile out;
    std::string text;
    for (std::size_t number = 1; std::getline(in, text); ++number) {
        const Json json = Json::parse(text, nullptr, false);
        if (!json.is_object()) {
            return std::unexpected(file.string() + ':' + std::to_string(number) + ": not a JSON object");
        }
        if (const auto head = json.find("session"); head != json.end()) {
            out.client = head->value("client", "");
            out.scenario = head->value("scenario", "");
            out.what = head->value("what", "");
        } else {
            out.lines.push_back(line_of(json));
        }
    }
    return out;
}

bool write_session(const std::filesystem::path& file, const SessionFile& session) {
    std::ofstream out(file);
    const Json head{{"session", {{"client", session.client}, {"scenario", session.scenario}, {"what", session.what}}}};
    out << head.dump() << '\n';
    for (const SessionLine& line : session.lines) {
        out << json_of(line).dump() << '\n';
    }
    return out.good();
}

std::vector<SessionStream> streams_of(const SessionFile& session) {
    std::vector<SessionStream> out;
    for (const SessionLine& line : session.lines) {
        if (line.bytes.empty()) { continue; }
        auto stream = std::ranges::find_if(out, [&](const SessionStream& candidate) {
            return candidate.connection == line.connection && candidate.from == line.from;
        });
        if (stream == out.end()) { stream = out.insert(out.end(), SessionStream{line.connection, line.from, {}}); }
        stream->chunks.push_back(line.bytes);
    }
    return out;
}

} // namespace ethpoc::test
