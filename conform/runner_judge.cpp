// What a run comes to.
#include <algorithm>

#include "conform/checks.hpp"
#include "conform/runner.hpp"

namespace ethpoc::conform {

namespace {

constexpr std::size_t worded_lines = 4; // of many connections only the first are told

/// "pong / 2: disc(5)".
std::string words_of_all(const Heard& heard, const Facts& facts) {
    std::string out;
    for (std::size_t i = 0; i < heard.lines.size() && i < worded_lines; ++i) {
        if (i > 0) { out += " / " + std::to_string(i + 1) + ": "; }
        out += in_words(heard.lines[i], facts);
    }
    if (heard.lines.size() > worded_lines) {
        out += " / and " + std::to_string(heard.lines.size() - worded_lines) + " connections more";
    }
    return out;
}

/// What the checks of the accept set have to say.
std::string reports_of(const Run& run, const Heard& heard, const Facts& facts) {
    std::string out;
    const auto accept = read_expectation(run.test->accept, facts);
    if (!accept) { return out; }
    for (const auto& sequence : accept->alternatives) {
        for (const Term& term : sequence) {
            if (term.kind != Term::Kind::check) { continue; }
            const auto check = read_check(term.check, facts);
            const std::string said = check ? report_of(*check->row, heard, facts) : std::string{};
            if (!said.empty()) { out += (out.empty() ? "" : "; ") + said; }
        }
    }
    return out;
}

} // namespace

Outcome Runner::outcome_of(const Run& run) const {
    Outcome out;
    out.id = run.id;
    out.slug = run.test->slug;
    if (run.sub != nullptr) { out.name = run.sub->name; }
    out.sentence = run.test->sentence;
    out.level = run.test->level;
    out.stimulus = run.stimulus();
    out.accept = run.test->accept;
    out.tolerate = run.test->tolerate;
    return out;
}

void Runner::settle(std::size_t run, Outcome outcome) {
    settled_[run] = true;
    outcomes_[run] = std::move(outcome);
    listener_.finished(outcomes_[run]);
}

void Runner::not_run(std::size_t run, Verdict verdict, std::string reason) {
    Outcome out = outcome_of(runs_[run]);
    out.verdict = verdict;
    out.plain = verdict;
    out.reason = std::move(reason);
    settle(run, std::move(out));
}

void Runner::judge(Job& job, bool alive) {
    Trial& trial = *job.trial;
    if (alive && trial.unmet() && job.attempts < most_attempts) {
        solo_ = solo_ || !dialling_only(); // it may have room for one connection of a host alone
        width_ = 1;
        return again(job, true);
    }
    if (alive && trial.stale() && job.attempts < most_attempts && !dialling_only()) {
        again(job, false);
        control_.close();
        stage_ = Stage::introduce;
        return control_.introduce();
    }
    Heard& heard = trial.heard();
    heard.alive = alive;
    heard.control = control_.heard_since(trial.origin());
    if (const std::uint64_t memory = options_.memory ? options_.memory() : 0; memory > job.memory) {
        heard.memory_growth = memory - job.memory;
    }
    heard.self_dial = options_.calls_itself && options_.calls_itself();
    Outcome out = outcome_of(trial.run());
    out.plain = plain_verdict(out.level, {trial.accepted(), trial.tolerated(), alive});
    out.verdict = out.plain;
    out.seen = words_of_all(heard, trial.facts());
    out.reason = trial.stale()   ? "its head moves faster than it can be asked"
                 : trial.unmet() ? "the session that the case begins with was not reached"
                                 : reports_of(trial.run(), heard, trial.facts());
    if (trial.stale()) { out.plain = out.verdict = Verdict::error; }
    if (options_.exceptions != nullptr && !trial.stale()) {
        const Judged judged{out.id, out.slug, out.plain, &heard};
        const Judgement judgement =
            conform::judge(*options_.exceptions, judged, trial.facts(), options_.today, options_.strict);
        out.verdict = judgement.verdict;
        if (judgement.entry != nullptr) { out.reason = judgement.entry->reason; }
    } else if (!trial.stale()) {
        out.verdict = final_verdict(out.plain, {}, options_.strict);
    }
    out.took = job.ended - job.began;
    out.transcript = trial.transcript().take(trial.origin());
    settle(job.run, std::move(out));
    gone_.push_back(std::move(job.trial));
}

} // namespace ethpoc::conform
