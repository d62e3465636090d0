#include "conform/script.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "conform/script_messages.hpp"
#include "wire/frame.hpp"

namespace ethpoc::conform {
namespace {

using std::chrono::milliseconds;

/// Each costs the runner a socket.
constexpr std::size_t most_lines = 10'000;
constexpr std::size_t most_steps = 1'000'000;

/// One connection while the script is made.
struct Connection {
    wire::FrameDecoder sent{{.max_payload = std::numeric_limits<std::uint32_t>::max()}};
    wire::IdOffsets offsets{};
};

class StimulusReader {
  public:
    StimulusReader(std::string_view text, std::string_view case_id, const Facts& facts) :
        scene_(facts, case_id), in_(text) {
        scene_.offsets = facts.offsets;
        connections_.emplace_back();
    }

    Result<Script> read() {
        in_.skip_blanks();
        if (in_.done()) { scene_.wrong(in_.at(), 0, "there is nothing"); }
        read_parts('\0');
        border();
        if (!scene_.ok()) { return std::unexpected(scene_.take_error()); }
        connections_[scene_.line].offsets = scene_.offsets;
        script_.lines = static_cast<Line>(connections_.size());
        for (const Connection& connection : connections_) {
            script_.offsets.push_back(connection.offsets);
        }
        return std::move(script_);
    }

  private:
    // ---- what has been read
    void add(BytesView bytes);
    void border();
    void step(Step::Kind kind, milliseconds time = {});

    // ---- the text
    void read_parts(char end);
    void read_part();
    void read_word();
    void read_greet();
    void read_function(std::string_view name, std::size_t begin);
    void read_repeated(std::size_t begin, std::uint64_t times);
    Bytes read_captured();
    template <class Value>
    std::optional<Value> read_value(std::optional<Value> (*reader)(std::string_view), const char* wrong);
    std::optional<std::uint64_t> read_number() { return read_value<std::uint64_t>(number_of, "not a number"); }
    std::optional<milliseconds> read_time() { return read_value<milliseconds>(time_of, "not a time"); }
    void close() {
        in_.skip_blanks();
        in_.expect(")", scene_);
    }

    // ---- the functions
    void read_frame();
    void read_bytewise();
    void read_cut();
    void read_random();
    void read_mutate();
    void read_unread();
    void read_await();
    void read_observe() { read_wait(Step::Kind::observe); }
    void read_silent() { read_wait(Step::Kind::silent); }
    void read_wait(Step::Kind kind);
    void read_second() { read_line(Step::Kind::open); }
    void read_dialled() { read_line(Step::Kind::accept); }
    void read_line(Step::Kind kind);

    struct Function {
        std::string_view name;
        void (StimulusReader::*read)();
    };
    static const std::array<Function, 11> functions;

    Scene scene_;
    Cursor in_;
    Script script_{};
    std::vector<Connection> connections_{};
    Bytes pending_{};           // of the next write
    Bytes* captured_ = nullptr; // what is read goes there instead
    std::size_t mutated_ = 0;
};

constexpr std::array<StimulusReader::Function, 11> StimulusReader::functions{{
    {"frame", &StimulusReader::read_frame},
    {"bytewise", &StimulusReader::read_bytewise},
    {"cut", &StimulusReader::read_cut},
    {"random", &StimulusReader::read_random},
    {"mutate", &StimulusReader::read_mutate},
    {"unread", &StimulusReader::read_unread},
    {"await", &StimulusReader::read_await},
    {"observe", &StimulusReader::read_observe},
    {"silent", &StimulusReader::read_silent},
    {"second", &StimulusReader::read_second},
    {"dialled", &StimulusReader::read_dialled},
}};

// ------------------------------------------------------------------------------------------------ what has been read

void StimulusReader::add(BytesView bytes) {
    if (scene_.spend(in_.at(), bytes.size())) { append(captured_ != nullptr ? *captured_ : pending_, bytes); }
}

/// Ends the write. What was sent on the line says whether a frame is half sent: the target reads it as we do.
void StimulusReader::border() {
    if (captured_ != nullptr) { return scene_.wrong(in_.at(), 0, "a border, where only bytes can be"); }
    if (pending_.empty() || !scene_.ok()) { return; }
    wire::FrameDecoder& sent = connections_[scene_.line].sent;
    sent.feed(pending_);
    while (sent.next() != wire::FrameDecoder::Step::need_more) {}
    step(Step::Kind::write);
    script_.steps.back().bytes = std::exchange(pending_, {});
    script_.steps.back().inside_frame = sent.unfinished().has_value();
}

void StimulusReader::step(Step::Kind kind, milliseconds time) {
    if (script_.steps.size() == most_steps) {
        return scene_.wrong(in_.at(), 0, "more than " + std::to_string(most_steps) + " steps");
    }
    script_.steps.push_back({.kind = kind, .line = scene_.line, .time = time});
}

// ------------------------------------------------------------------------------------------------ the text

void StimulusReader::read_parts(char end) {
    if (!scene_.enter(in_.at())) { return; }
    for (in_.skip_blanks(); scene_.ok(); in_.skip_blanks()) {
        if (end == '\0' ? in_.done() : in_.take({&end, 1})) { break; }
        if (in_.done()) {
            scene_.wrong(in_.at(), 0, "`)` is missing");
            break;
        }
        read_part();
    }
    scene_.leave();
}

void StimulusReader::read_part() {
    switch (in_.peek()) {
    case '{':
        return add(read_message(in_, scene_));
    case '[': {
        const Bytes payload = read_payload(in_, scene_);
        add(wire::frame_header(payload.size()));
        return add(payload);
    }
    case '|':
        in_.skip(1);
        return border();
    default:
        return read_word();
    }
}

void StimulusReader::read_word() {
    const std::size_t begin = in_.at();
    const std::string_view word = in_.take_word();
    const auto number = number_of(word);
    if (number && in_.take("*(")) { return read_repeated(begin, *number); }
    if (in_.take("(")) { return read_function(word, begin); }
    if (const auto time = time_of(word)) {
        border();
        return step(Step::Kind::pause, *time);
    }
    if (word == "fin" || word == "rst") {
        border();
        return step(word == "fin" ? Step::Kind::finish : Step::Kind::reset);
    }
    if (word == "greet") { return read_greet(); }
    const auto bytes = hex_of(word);
    if (bytes && !bytes->empty()) { return add(*bytes); }
    scene_.wrong(begin, std::max<std::size_t>(word.size(), 1),
                 word == "each" ? "the stimuli are those of the sub-cases" : "not a part of a stimulus");
}

void StimulusReader::read_greet() {
    constexpr milliseconds longest{5000}; // until the target's Hello
    for (const Bytes& frame :
         {hello_frame(scene_.facts(), scene_.case_id(), scene_.line), status_frame(scene_.facts())}) {
        if (frame.empty()) { continue; }
        border();
        add(frame);
        border();
        step(Step::Kind::await_hello, longest);
        step(Step::Kind::breath);
    }
}

void StimulusReader::read_function(std::string_view name, std::size_t begin) {
    const auto found = std::ranges::find(functions, name, &Function::name);
    if (found == functions.end()) {
        const bool number = !name.empty() && std::ranges::all_of(name, is_digit);
        return scene_.wrong(begin, name.size() + 1, number ? "`*` is missing" : "nothing of this name has brackets");
    }
    in_.skip_blanks();
    (this->*found->read)();
}

void StimulusReader::read_repeated(std::size_t begin, std::uint64_t times) {
    if (times == 0) { return scene_.wrong(begin, 1, "0 times"); }
    const std::size_t body = in_.at();
    for (std::uint64_t i = 0; i < times && scene_.ok(); ++i) {
        in_.go_to(body);
        read_parts(')');
        scene_.spend(begin, in_.at() - body);
    }
}

/// One part as bytes.
Bytes StimulusReader::read_captured() {
    Bytes out;
    if (!scene_.enter(in_.at())) { return out; }
    Bytes* const outer = std::exchange(captured_, &out);
    in_.skip_blanks();
    if (in_.done()) {
        scene_.wrong(in_.at(), 0, "a part is missing");
    } else {
        read_part();
    }
    captured_ = outer;
    scene_.leave();
    return out;
}

template <class Value>
std::optional<Value> StimulusReader::read_value(std::optional<Value> (*reader)(std::string_view), const char* wrong) {
    const std::size_t begin = in_.at();
    const std::string_view word = in_.take_word();
    auto out = reader(word);
    if (!out) { scene_.wrong(begin, word.size(), wrong); }
    return out;
}

// ------------------------------------------------------------------------------------------------ the functions

///   frame(+1: [Ping])      frame(true: f901)
void StimulusReader::read_frame() {
    const std::size_t begin = in_.at();
    if (!in_.take_until(':', scene_)) { return; }
    const std::size_t colon = in_.at() - 1;
    Bytes payload;
    in_.skip_blanks();
    if (in_.peek() == '[') {
        payload = read_payload(in_, scene_);
    } else {
        for (; scene_.ok() && in_.peek() != ')'; in_.skip_blanks()) {
            const std::size_t at = in_.at();
            const std::string_view word = in_.take_word();
            const auto bytes = hex_of(word);
            if (!bytes || bytes->empty()) { return scene_.wrong(at, word.size(), "neither hex digits nor `)`"); }
            append(payload, *bytes);
        }
    }
    close();
    const std::string_view text = in_.part(begin, colon).rest();
    const auto length = length_named(text, payload.size(), scene_.facts().max_frame);
    if (!length) { return scene_.wrong(begin, text.size(), "not a length"); }
    add(wire::frame_header(static_cast<std::size_t>(*length)));
    add(payload);
}

void StimulusReader::read_bytewise() {
    const auto time = read_time();
    border();
    if (!time || !scene_.ok()) { return; }
    Bytes bytes;
    captured_ = &bytes;
    read_parts(')');
    captured_ = nullptr;
    for (std::size_t i = 0; i < bytes.size() && scene_.ok(); ++i) {
        if (i > 0) { step(Step::Kind::pause, *time); }
        pending_ = {bytes[i]};
        border();
    }
}

void StimulusReader::read_cut() {
    const std::size_t begin = in_.at();
    const auto size = read_number();
    if (!size) { return; }
    const Bytes part = read_captured();
    if (scene_.ok() && *size > part.size()) {
        return scene_.wrong(begin, in_.at() - begin, "the part has " + plural(part.size(), "byte"));
    }
    if (!scene_.ok()) { return; }
    const auto head = static_cast<std::size_t>(*size);
    add(BytesView{part}.first(head));
    read_parts(')');
    add(BytesView{part}.subspan(head));
}

void StimulusReader::read_random() {
    const auto size = read_number();
    close();
    if (!size || !scene_.spend(in_.at(), *size)) { return; }
    Bytes bytes(static_cast<std::size_t>(*size));
    std::ranges::generate(bytes, [&] { return static_cast<std::uint8_t>(scene_.random() >> 56); });
    add(bytes);
}

void StimulusReader::read_mutate() {
    std::vector<Bytes> parts;
    for (in_.skip_blanks(); scene_.ok() && !in_.take(")"); in_.skip_blanks()) {
        parts.push_back(read_captured());
    }
    if (!scene_.ok()) { return; }
    if (parts.empty()) { return scene_.wrong(in_.at() - 1, 1, "a part is missing"); }
    Bytes& part = parts[mutated_++ % parts.size()];
    if (part.empty()) { return; }
    const std::uint64_t random = scene_.random();
    // Another byte than the one that is there.
    part[(random >> 8) % part.size()] ^= static_cast<std::uint8_t>(1 + random % 255);
    add(part);
}

void StimulusReader::read_unread() {
    border();
    step(Step::Kind::stop_reading);
    read_parts(')');
}

void StimulusReader::read_await() {
    if (!in_.expect("hello", scene_)) { return; }
    in_.skip_blanks();
    read_wait(Step::Kind::await_hello);
}

void StimulusReader::read_wait(Step::Kind kind) {
    const auto time = read_time();
    close();
    border();
    if (time) { step(kind, *time); }
}

void StimulusReader::read_line(Step::Kind kind) {
    border();
    if (connections_.size() == most_lines) {
        return scene_.wrong(in_.at(), 0, "more than " + std::to_string(most_lines) + " connections");
    }
    const Line outer = scene_.line;
    connections_[outer].offsets = std::exchange(scene_.offsets, scene_.facts().offsets);
    scene_.line = static_cast<Line>(connections_.size());
    connections_.emplace_back();
    step(kind);
    read_parts(')');
    border();
    connections_[scene_.line].offsets = scene_.offsets;
    scene_.line = outer;
    scene_.offsets = connections_[outer].offsets;
}

} // namespace

milliseconds Script::time() const noexcept {
    milliseconds out{};
    for (const Step& step : steps) {
        out += step.time;
    }
    return out;
}

Result<Script> read_stimulus(std::string_view text, std::string_view case_id, const Facts& facts) {
    return StimulusReader{text, case_id, facts}.read();
}

} // namespace ethpoc::conform
