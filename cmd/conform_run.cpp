// The run itself: sockets, the target's process, what is told meanwhile, and the files at the end.
#include <cstring>
#include <mutex>
#include <nlohmann/json.hpp>

#include "cmd/child.hpp"
#include "cmd/conform_options.hpp"
#include "cmd/conform_record.hpp"
#include "cmd/output_file.hpp"
#include "cmd/plain_error.hpp"
#include "cmd/signals.hpp"
#include "cmd/view/timestamp.hpp"
#include "config/build_info.hpp"
#include "config/endpoint.hpp"
#include "conform/report_counts.hpp"
#include "conform/report_html.hpp"
#include "conform/report_json.hpp"
#include "conform/report_junit.hpp"
#include "conform/report_tap.hpp"
#include "conform/report_text.hpp"
#include "peer/driver_loop.hpp"
#include "peer/errors.hpp"

namespace ethpoc::cmd {

namespace {

using conform::Outcome;
using conform::Report;
using conform::Verdict;
using std::chrono::milliseconds;

constexpr milliseconds connect_timeout{5000};
constexpr milliseconds start_timeout{30'000}; // until a target that was started can be dialled
constexpr milliseconds end_grace{2000};

/// Files of a run are made before it begins: an hour of work must not end with "permission denied".
struct OutputFile {
    const std::optional<std::string>& name;
    std::string_view option;
    std::string (*make)(const Report& report);
    std::optional<record::FileWriter> file{};
};

class ConformRun final : public conform::RunnerListener {
  public:
    ConformRun(Context& context, const ConformOptions& options) :
        context_(context), options_(options), progress_(context.out),
        files_{{{options.tap, "--tap", conform::report_tap},
                {options.junit, "--junit", [](const Report& report) { return conform::report_junit(report); }},
                {options.html, "--html", [](const Report& report) { return conform::report_html(report); }},
                {options.report, "--report", conform::report_json}}} {
        style_.paint = [&out = context.out](conform::PaintTone tone, std::string_view text) {
            return out.paint(tone_of(tone), text);
        };
        style_.all_blocks = options.verbose;
    }

    ExitCode run();

    // RunnerListener
    void introduced(const conform::Facts& facts, std::size_t runs) override;
    void failed(const std::string& why) override;
    void finished(const Outcome& outcome) override;
    void said(const conform::Run& run, conform::Line line, bool ours, BytesView bytes, conform::Time at) override {
        if (record_) { record_->said(run, line, ours, bytes, at); }
    }
    bool revive() override;
    void wants_call() override {
        if (child_) { revive(); }
    }

  private:
    std::optional<ExitCode> prepare();
    std::optional<ExitCode> listen(peer::DriverLoop& loop);
    std::optional<ExitCode> start_target();
    std::string free_port();
    ExitCode conclude(conform::Runner& runner, const StopSignal& signal);
    std::optional<ExitCode> write_files();
    ExitCode verdict() const;
    bool talks() const { return !options_.tap || *options_.tap != "-"; }

    Context& context_;
    const ConformOptions& options_;
    Progress progress_;
    conform::TextStyle style_{};
    std::array<OutputFile, 4> files_;
    std::optional<ConformRecord> record_{};
    std::optional<conform::Exceptions> exceptions_{};
    std::optional<Child> child_{};
    conform::RunnerOptions runner_options_{};
    Selection selection_{};
    Report report_{};
    std::size_t total_ = 0;
    std::string trouble_{}; // why the target is not known
    std::optional<std::string> record_trouble_{};
    std::mutex mutex_{}; // of the two below, which a signal's thread reads
    conform::Runner* runner_ = nullptr;
    peer::DriverLoop* loop_ = nullptr;
    bool stopped_ = false;
};

std::optional<ExitCode> ConformRun::prepare() {
    Output& out = context_.out;
    const auto profile = conform_profile(context_, options_);
    if (!profile) { return profile.error(); }
    auto selected = select_cases(context_, options_);
    if (!selected) { return selected.error(); }
    selection_ = std::move(*selected);
    if (selection_.target.empty() && options_.listen.empty() && options_.exec.empty()) {
        out.complain("no target: give HOST:PORT, --listen to be dialled, or --exec 'CMD {port}' to start one");
        return ExitCode::usage;
    }
    if (!options_.expect.empty()) {
        auto read = conform::read_exceptions_file(options_.expect);
        if (!read) {
            for (const conform::FileFault& fault : read.error()) {
                out.complain("--expect: " + fault.in(options_.expect));
            }
            return read.error().front().line == 0 ? ExitCode::io : ExitCode::usage;
        }
        exceptions_ = std::move(*read);
    }
    runner_options_.profile = *profile;
    runner_options_.jobs = options_.jobs;
    runner_options_.seed = options_.seed;
    runner_options_.strict = options_.strict;
    runner_options_.may_load = options_.owned;
    if (options_.slow || selection_.by_name) { runner_options_.longest = std::chrono::hours(1); }
    runner_options_.exceptions = exceptions_ ? &*exceptions_ : nullptr;
    runner_options_.today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
    runner_options_.patience.answer = milliseconds(static_cast<std::int64_t>(options_.timeout * 1000));
    runner_options_.patience = runner_options_.patience.scaled(options_.scale);
    runner_options_.endpoint = selection_.target;
    runner_options_.target_dials = selection_.target.empty() && !options_.listen.empty();
    runner_options_.wanted = selection_.wanted;
    for (OutputFile& entry : files_) {
        if (!entry.name) { continue; }
        auto file = create_file(context_, std::string(entry.option), *entry.name, options_.force);
        if (!file) { return file.error(); }
        entry.file.emplace(*std::move(file));
    }
    if (options_.record) {
        record_.emplace(*options_.record, options_.force);
        if (!options_.force && record_->has_captures()) {
            out.complain("--record: " + *options_.record + " has captures already; another folder, or --force");
            return ExitCode::usage;
        }
        if (const auto trouble = record_->open()) {
            out.complain(*trouble);
            return ExitCode::io;
        }
    }
    return std::nullopt;
}

std::optional<ExitCode> ConformRun::listen(peer::DriverLoop& loop) {
    if (options_.listen.empty()) { return std::nullopt; }
    const auto endpoint = config::parse_endpoint(options_.listen);
    if (!endpoint) {
        context_.out.complain("--listen: " + endpoint.error());
        return ExitCode::usage;
    }
    const auto address = loop.listen(*runner_, endpoint->host, endpoint->port);
    if (!address) {
        context_.out.complain(plain_sentence(address.error()));
        return ExitCode::io;
    }
    runner_->set_own_endpoint(*address);
    if (context_.out.json()) {
        context_.out.line({{"event", "listening"}, {"ts", timestamp_now()}, {"addr", *address}});
    } else if (talks()) {
        context_.out.text("listening on " + *address + "\n");
        context_.out.flush();
    }
    return std::nullopt;
}

/// One that nobody has, for now.
std::string ConformRun::free_port() {
    struct Nobody final : peer::DriverOwner {
        bool has_room(const std::string&) override { return false; }
        void turned_away(const std::string&) override {}
        std::unique_ptr<peer::Driver> connected(wire::ConnectionId, peer::Direction, std::string) override {
            return nullptr;
        }
        void closed(wire::ConnectionId) override {}
        bool still_wanted(const std::string&) override { return false; }
        void dial_failed(const std::string&, std::string_view) override {}
    } nobody;
    peer::DriverLoop loop(connect_timeout);
    const auto address = loop.listen(nobody, "127.0.0.1", 0);
    return address ? address->substr(address->rfind(':') + 1) : std::string{};
}

std::optional<ExitCode> ConformRun::start_target() {
    if (options_.exec.empty()) { return std::nullopt; }
    std::string port;
    if (!options_.listen.empty()) {
        port = runner_->own_endpoint().substr(runner_->own_endpoint().rfind(':') + 1);
    } else if (!selection_.target.empty()) {
        port = selection_.target.substr(selection_.target.rfind(':') + 1);
    } else {
        port = free_port();
        runner_->set_endpoint("127.0.0.1:" + port);
    }
    std::string line = options_.exec;
    constexpr std::string_view place = "{port}";
    for (auto at = line.find(place); at != std::string::npos; at = line.find(place, at + port.size())) {
        line.replace(at, place.size(), port);
    }
    child_.emplace(line, options_.exec_log);
    if (child_->start()) { return std::nullopt; }
    context_.out.complain("--exec cannot be started: " + std::string(std::strerror(errno)));
    return ExitCode::io;
}

void ConformRun::introduced(const conform::Facts& facts, std::size_t runs) {
    total_ = runs;
    report_.client_id = facts.client_id;
    report_.profile = facts.profile->name;
    if (exceptions_ && !conform::is_for(*exceptions_, facts.client_id)) {
        context_.out.complain("--expect " + options_.expect + " is for " + exceptions_->implementation +
                              ", the target says that it is " + printable(facts.client_id));
    }
    if (context_.out.json()) {
        context_.out.line(nlohmann::ordered_json::parse(conform::start_event(report_, total_)));
    } else if (talks()) {
        context_.out.text(conform::text_head(report_, style_));
        context_.out.flush();
    }
}

void ConformRun::failed(const std::string& why) {
    trouble_ = why;
}

void ConformRun::finished(const Outcome& outcome) {
    report_.outcomes.push_back(outcome);
    const std::size_t done = report_.outcomes.size();
    if (record_ && !record_trouble_) { record_trouble_ = record_->finish(outcome.id); }
    progress_.clear();
    if (context_.out.json()) {
        context_.out.line(nlohmann::ordered_json::parse(conform::case_event(outcome, done, total_)));
    } else if (talks()) {
        context_.out.text(conform::text_line(outcome, style_) + conform::text_block(report_, outcome, style_));
        context_.out.flush();
    }
    progress_.update(std::to_string(done) + " of " + std::to_string(total_) + ", " + outcome.id);
}

bool ConformRun::revive() {
    if (!child_) { return false; }
    child_->end(end_grace);
    return child_->start();
}

/// In the order of the table, whatever the order of the runs was.
std::optional<ExitCode> ConformRun::write_files() {
    for (OutputFile& entry : files_) {
        if (!entry.file) { continue; }
        const std::string text = entry.make(report_);
        auto done = entry.file->write(as_bytes(text));
        if (done) { done = entry.file->finish(); }
        if (!done) {
            context_.out.complain(done.error().detail);
            return ExitCode::io;
        }
    }
    if (record_trouble_) {
        context_.out.complain(*record_trouble_);
        return ExitCode::io;
    }
    return std::nullopt;
}

ExitCode ConformRun::verdict() const {
    const conform::Counts counts = conform::count(report_);
    const std::size_t idle = counts.of(Verdict::skip) + counts.of(Verdict::unimpl);
    if (counts.of(Verdict::error) > 0) { return ExitCode::internal; }
    for (const Verdict bad : {Verdict::fail, Verdict::xpass, Verdict::dead}) {
        if (counts.of(bad) > 0) { return ExitCode::negative; }
    }
    return counts.total == idle ? ExitCode::nothing : ExitCode::done;
}

ExitCode ConformRun::conclude(conform::Runner& runner, const StopSignal& signal) {
    Output& out = context_.out;
    progress_.clear();
    if (!trouble_.empty()) {
        const std::string who = runner.facts().endpoint.empty() ? "the target" : runner.facts().endpoint;
        out.complain(who + ": " + trouble_);
        return ExitCode::io;
    }
    report_.complete = runner.complete();
    report_.outcomes = runner.take_outcomes();
    if (out.json()) {
        out.line(nlohmann::ordered_json::parse(conform::end_event(report_)));
    } else if (talks()) {
        out.text(conform::text_summary(report_, style_));
        out.flush();
    }
    if (const auto trouble = write_files()) { return *trouble; }
    if (total_ == 0) { out.complain("none of the cases is for protocol " + report_.profile); }
    const ExitCode code = verdict();
    if (talks()) {
        context_.next = code == ExitCode::negative ? "`ethpoc conform --explain ID` says what a case asks and why; "
                                                     "--record DIR keeps its bytes"
                                                   : "--html FILE writes a page to hand on";
    }
    return signal.exit_code(code == ExitCode::done && !report_.complete ? ExitCode::negative : code);
}

ExitCode ConformRun::run() {
    const StopSignal signal([this] {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
        if (loop_ != nullptr) {
            loop_->post([this] { runner_->stop(); });
        }
    });
    if (const auto refused = prepare()) { return *refused; }
    peer::DriverLoop loop(connect_timeout);
    if (!options_.exec.empty()) { runner_options_.patience.ready = start_timeout; }
    const auto process = [this] { return ProcessView(child_ ? child_->pid() : options_.pid); };
    if (options_.pid != 0 || !options_.exec.empty()) {
        runner_options_.memory = [process] { return process().resident(); };
        runner_options_.calls_itself = [process] { return process().calls_itself(); };
    }
    conform::Runner runner(selection_.cases, runner_options_, loop.transport(), peer::DriverLoop::now, *this);
    runner_ = &runner;
    if (const auto refused = listen(loop)) { return *refused; }
    if (const auto refused = start_target()) { return *refused; }
    report_.target = !runner.facts().endpoint.empty() ? runner.facts().endpoint : "--listen " + options_.listen;
    if (!options_.exec.empty()) { report_.target = "--exec '" + options_.exec + "'"; }
    report_.target_dials = runner_options_.target_dials;
    report_.tester = "ethpoc " + std::string(config::build_info().version);
    report_.started = timestamp_now();
    report_.expectations = options_.expect;
    report_.seed = options_.seed;
    report_.strict = options_.strict;
    {
        const std::lock_guard lock(mutex_);
        if (stopped_) { return signal.exit_code(ExitCode::negative); }
        loop_ = &loop;
    }
    context_.out.go_live(patient_events);
    const auto began = peer::DriverLoop::now();
    runner.start();
    loop.run([&runner] { return runner.deadline(); },
             [this, &runner, &loop] {
                 runner.tick();
                 if (child_ && total_ == 0 && !child_->running()) {
                     trouble_ =
                         "the target of --exec ended before it could be asked; --exec-log FILE keeps what it says";
                 }
                 if (runner.over() || !trouble_.empty()) { loop.stop(); }
             });
    report_.took = peer::DriverLoop::now() - began;
    {
        const std::lock_guard lock(mutex_);
        loop_ = nullptr;
    }
    return conclude(runner, signal);
}

} // namespace

Tone tone_of(conform::PaintTone tone) {
    using enum conform::PaintTone;
    switch (tone) {
    case good:
        return Tone::green;
    case fair:
        return Tone::yellow;
    case bad:
    case mark:
        return Tone::red;
    case strong:
        return Tone::bold;
    case token:
        return Tone::cyan;
    case length:
        return Tone::magenta;
    case payload:
        return Tone::blue;
    case neutral:
        return Tone::plain;
    case soft:
        return Tone::dim;
    }
    return Tone::plain;
}

ExitCode conform_run(Context& context, const ConformOptions& options) {
    return ConformRun(context, options).run();
}

} // namespace ethpoc::cmd
