// The way back of report_json.hpp. The text may be anything: it is counted before it is read, and every member is asked
// for its kind.
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include <nlohmann/json.hpp>

#include "conform/report_json.hpp"
#include "conform/report_values.hpp"
#include "conform/sentences.hpp"
#include "rlp/error.hpp"

namespace ethpoc::conform {
namespace {

using ReadJson = nlohmann::json;

constexpr std::size_t max_depth = 8; // ours have 5
constexpr std::uint64_t schema_read = 1;
constexpr double max_milliseconds = 1e12; // three decades; fits nanoseconds in 64 bits

ReportFault fault_at(std::string_view text, std::size_t offset, std::string message) {
    const std::string_view before = text.substr(0, std::min(offset, text.size()));
    const std::size_t line_end = before.rfind('\n');
    ReportFault out;
    out.line = static_cast<std::size_t>(std::ranges::count(before, '\n')) + 1;
    out.column = line_end == std::string_view::npos ? before.size() + 1 : before.size() - line_end;
    out.message = std::move(message);
    return out;
}

/// What the text would cost, before anything is made of it: brackets and commas outside of strings.
std::optional<ReportFault> too_much(std::string_view text) {
    if (text.size() > max_report_bytes) { return fault_at(text, 0, "a report has at most 160 MiB"); }
    std::size_t depth = 0;
    std::size_t values = 0;
    bool in_string = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (in_string) {
            if (c == '\\') { ++at; }
            in_string = c != '"';
            continue;
        }
        in_string = c == '"';
        if (c == '[' || c == '{') {
            ++values;
            if (++depth > max_depth) {
                return fault_at(text, at, "lists and objects are nested too deep for a report");
            }
        } else if ((c == ']' || c == '}') && depth > 0) {
            --depth;
        } else if (c == ',' && ++values > max_report_values) {
            return fault_at(text, at, "more values than a report has");
        }
    }
    return std::nullopt;
}

/// -1: none.
int hex_value(char c) noexcept {
    if (c >= '0' && c <= '9') { return c - '0'; }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/// Reads members and keeps the first fault.
class ReportReader {
  public:
    Report read(const ReadJson& document);
    std::optional<ReportFault> fault() && { return std::move(fault_); }

  private:
    enum class Need : std::uint8_t { must, may };

    void blame(const std::string& path, std::string message) {
        if (!fault_) { fault_ = ReportFault{0, 0, path, std::move(message)}; }
    }
    /// The member, of this kind; nullptr: it is not there, or a fault.
    const ReadJson* member(const ReadJson& of, const char* key, const std::string& path, Need need,
                           bool (*is)(const ReadJson&), const char* kind);
    std::string text(const ReadJson& of, const char* key, const std::string& path, Need need = Need::may);
    bool flag(const ReadJson& of, const char* key, const std::string& path, bool otherwise);
    std::uint64_t number(const ReadJson& of, const char* key, const std::string& path, std::uint64_t otherwise);
    Since time(const ReadJson& of, const char* key, const std::string& path);
    Level level(const ReadJson& of, const std::string& path);
    Verdict verdict(const ReadJson& of, const char* key, const std::string& path, std::optional<Verdict> otherwise);
    Outcome outcome(const ReadJson& of, const std::string& path);
    Spoken said(const ReadJson& of, const std::string& path);
    Bytes bytes(const ReadJson& of, const std::string& path);

    std::optional<ReportFault> fault_{};
};

bool is_text(const ReadJson& value) {
    return value.is_string();
}
bool is_list(const ReadJson& value) {
    return value.is_array();
}
bool is_object(const ReadJson& value) {
    return value.is_object();
}
bool is_flag(const ReadJson& value) {
    return value.is_boolean();
}
bool is_number(const ReadJson& value) {
    return value.is_number();
}
bool is_count(const ReadJson& value) {
    return value.is_number_unsigned() || value.is_string();
}

const ReadJson* ReportReader::member(const ReadJson& of, const char* key, const std::string& path, Need need,
                                     bool (*is)(const ReadJson&), const char* kind) {
    const auto found = of.find(key);
    if (found == of.end()) {
        if (need == Need::must) { blame(join_path(path, key), "is missing"); }
        return nullptr;
    }
    if (!is(*found)) {
        blame(join_path(path, key), std::string("is not ") + kind);
        return nullptr;
    }
    return &*found;
}

std::string ReportReader::text(const ReadJson& of, const char* key, const std::string& path, Need need) {
    const ReadJson* const found = member(of, key, path, need, is_text, "a text");
    if (found == nullptr) { return {}; }
    const auto& value = found->get_ref<const std::string&>();
    if (value.size() > 4 * max_report_text + 3) { // each byte may be \xNN
        blame(join_path(path, key), "is longer than texts of a report are");
        return {};
    }
    return bytes_of_report_text(value);
}

bool ReportReader::flag(const ReadJson& of, const char* key, const std::string& path, bool otherwise) {
    const ReadJson* const found = member(of, key, path, Need::may, is_flag, "true or false");
    return found == nullptr ? otherwise : found->get<bool>();
}

std::uint64_t ReportReader::number(const ReadJson& of, const char* key, const std::string& path,
                                   std::uint64_t otherwise) {
    const ReadJson* const found = member(of, key, path, Need::may, is_count, "a whole number");
    if (found == nullptr) { return otherwise; }
    if (found->is_number()) { return found->get<std::uint64_t>(); }
    const auto& digits = found->get_ref<const std::string&>();
    std::uint64_t value = 0;
    for (const char c : digits) {
        const auto digit = static_cast<std::uint64_t>(c - '0');
        if (c < '0' || c > '9' || value > (std::numeric_limits<std::uint64_t>::max() - digit) / 10) {
            blame(join_path(path, key), "is not a whole number");
            return otherwise;
        }
        value = value * 10 + digit;
    }
    return value;
}

Since ReportReader::time(const ReadJson& of, const char* key, const std::string& path) {
    const ReadJson* const found = member(of, key, path, Need::may, is_number, "a number");
    if (found == nullptr) { return {}; }
    const auto ms = found->get<double>();
    if (!(std::abs(ms) <= max_milliseconds)) {
        blame(join_path(path, key), "is no time that a run takes");
        return {};
    }
    return Since(std::llround(ms * 1e6));
}

Level ReportReader::level(const ReadJson& of, const std::string& path) {
    const auto found = level_named(text(of, "level", path, Need::must));
    if (!found) { blame(join_path(path, "level"), "is none of MUST, SHOULD, INFO"); }
    return found.value_or(Level::must);
}

Verdict ReportReader::verdict(const ReadJson& of, const char* key, const std::string& path,
                              std::optional<Verdict> otherwise) {
    if (otherwise && !of.contains(key)) { return *otherwise; }
    const auto found = verdict_named(text(of, key, path, Need::must));
    if (!found) { blame(join_path(path, key), "is not the name of a verdict"); }
    return found.value_or(Verdict::error);
}

Bytes ReportReader::bytes(const ReadJson& of, const std::string& path) {
    const ReadJson* const found = member(of, "bytes", path, Need::may, is_text, "a text");
    if (found == nullptr) { return {}; }
    const auto& digits = found->get_ref<const std::string&>();
    Bytes out;
    bool good = digits.starts_with("0x") && digits.size() % 2 == 0 && digits.size() <= 2 + 2 * Spoken::kept_bytes;
    for (std::size_t at = 2; good && at < digits.size(); at += 2) {
        const int high = hex_value(digits[at]);
        const int low = hex_value(digits[at + 1]);
        good = high >= 0 && low >= 0;
        if (good) { out.push_back(static_cast<std::uint8_t>(high * 16 + low)); }
    }
    if (!good) { blame(join_path(path, "bytes"), "is not 0x and hex digits of at most 512 bytes"); }
    return out;
}

Spoken ReportReader::said(const ReadJson& of, const std::string& path) {
    Spoken out;
    out.at = time(of, "ms", path);
    const std::uint64_t line = number(of, "line", path, 1);
    if (line < 1 || line > std::numeric_limits<Line>::max()) {
        blame(join_path(path, "line"), "is not the number of a connection");
        return out;
    }
    out.line = static_cast<Line>(line - 1);
    const std::string what = text(of, "what", path, Need::must);
    using enum Spoken::What;
    bool named = false;
    for (const Spoken::What one : {sent, came, happened}) {
        if (what != name_of(one)) { continue; }
        out.what = one;
        named = true;
    }
    if (!named) { blame(join_path(path, "what"), "is none of sent, came, happened"); }
    out.bytes = bytes(of, path);
    out.size = number(of, "size", path, out.bytes.size());
    if (out.size < out.bytes.size()) { blame(join_path(path, "size"), "is less than the bytes that are there"); }
    out.note = text(of, "note", path);
    return out;
}

Outcome ReportReader::outcome(const ReadJson& of, const std::string& path) {
    Outcome out;
    if (!of.is_object()) {
        blame(path, "is not an object");
        return out;
    }
    out.id = text(of, "id", path, Need::must);
    if (out.id.empty()) { blame(join_path(path, "id"), "is empty"); }
    out.slug = text(of, "slug", path);
    out.name = text(of, "name", path);
    out.sentence = text(of, "sentence", path);
    out.level = level(of, path);
    out.verdict = verdict(of, "verdict", path, std::nullopt);
    out.plain = verdict(of, "plain", path, out.verdict);
    out.stimulus = text(of, "stimulus", path);
    out.accept = text(of, "expected", path);
    out.tolerate = text(of, "tolerated", path);
    out.seen = text(of, "seen", path);
    out.reason = text(of, "reason", path);
    out.took = time(of, "ms", path);
    const ReadJson* const list = member(of, "transcript", path, Need::may, is_list, "a list");
    if (list == nullptr) { return out; }
    const std::string list_path = join_path(path, "transcript");
    // One more than is kept: the note that says how many are left out.
    if (list->size() > Outcome::kept_entries + 1) { blame(list_path, "has more entries than a transcript keeps"); }
    for (std::size_t i = 0; i < list->size() && !fault_; ++i) {
        const std::string entry_path = join_path(list_path, index_path(i));
        if ((*list)[i].is_object()) {
            out.transcript.push_back(said((*list)[i], entry_path));
        } else {
            blame(entry_path, "is not an object");
        }
    }
    return out;
}

Report ReportReader::read(const ReadJson& document) {
    Report out;
    if (!document.is_object()) {
        blame("report", "is not an object");
        return out;
    }
    const std::uint64_t schema = number(document, "schema", "", 0);
    if (schema != schema_read) { blame("schema", "is not 1: no report of this tester, or of a later one"); }
    if (const ReadJson* const target = member(document, "target", "", Need::must, is_object, "an object")) {
        out.target = text(*target, "address", "target");
        out.client_id = text(*target, "client_id", "target");
        out.target_dials = flag(*target, "dials", "target", false);
    }
    out.tester = text(document, "tool", "");
    out.profile = text(document, "profile", "");
    out.seed = number(document, "seed", "", 1);
    out.strict = flag(document, "strict", "", false);
    out.expectations = text(document, "expectations", "");
    out.started = text(document, "started", "");
    out.took = time(document, "ms", "");
    out.complete = flag(document, "complete", "", true);
    const ReadJson* const list = member(document, "cases", "", Need::must, is_list, "a list");
    if (list == nullptr) { return out; }
    if (list->size() > max_report_cases) { blame("cases", "has more entries than any report"); }
    for (std::size_t i = 0; i < list->size() && !fault_; ++i) {
        out.outcomes.push_back(outcome((*list)[i], join_path("cases", index_path(i))));
    }
    return out;
}

/// "syntax error while parsing value - unexpected end of input" of what the library says; no byte of the text.
std::string what_is_wrong(std::string_view what) {
    const std::size_t said = what.find("column ");
    const std::size_t begin = said == std::string_view::npos ? std::string_view::npos : what.find(": ", said);
    if (begin != std::string_view::npos) { what.remove_prefix(begin + 2); }
    what = what.substr(0, what.find("; last read"));
    return printable(what, 200);
}

} // namespace

std::string bytes_of_report_text(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool escape = text[at] == '\\' && text.size() - at >= 4 && text[at + 1] == 'x';
        const int high = escape ? hex_value(text[at + 2]) : -1;
        const int low = escape ? hex_value(text[at + 3]) : -1;
        if (high < 0 || low < 0) {
            out += text[at];
            continue;
        }
        out += static_cast<char>(high * 16 + low);
        at += 3;
    }
    return out;
}

std::string ReportFault::in(std::string_view name) const {
    std::string out(name);
    if (line > 0) { out += ":" + std::to_string(line) + ":" + std::to_string(column); }
    if (!path.empty()) { return out + ": " + path + " " + message; }
    return out + ": " + message;
}

std::expected<Report, ReportFault> read_report(std::string_view text) {
    if (auto fault = too_much(text)) { return std::unexpected(std::move(*fault)); }
    ReportReader reader;
    Report out;
    try {
        out = reader.read(ReadJson::parse(text));
    } catch (const ReadJson::parse_error& error) {
        return std::unexpected(fault_at(text, error.byte == 0 ? 0 : error.byte - 1, what_is_wrong(error.what())));
    } catch (const ReadJson::exception&) {
        return std::unexpected(ReportFault{0, 0, {}, "a number in it is larger than any that a report has"});
    }
    if (auto fault = std::move(reader).fault()) { return std::unexpected(std::move(*fault)); }
    return out;
}

} // namespace ethpoc::conform
