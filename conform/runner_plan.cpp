// Which runs there will be, in which order and at which pace, once the target is known.
#include <algorithm>
#include <array>
#include <ranges>

#include "conform/material.hpp"
#include "conform/runner.hpp"
#include "wire/client.hpp"

namespace ethpoc::conform {

using std::chrono::milliseconds;

namespace {

/// What a client of 2014 stands: the time by which what is sent must stand alone to be read for itself, and that after
/// which it has nothing more to say. C++ answers on a tick of 100 ms. Go up to protocol 28 finds the end of a message
/// by half a second of silence, Python by up to a second, and both drop what came in one read with bytes that they
/// cannot read; so does Go of p2p, which reads at once (spec CLIENTS 1 to 3). Python up to protocol 9 closes two to
/// three seconds after that, or is mute until its ping timeout at five; later ones read about one frame a second. All
/// are asked by one run at a time.
struct Pace {
    wire::ClientKind kind;
    wire::Family family;
    std::uint32_t from; // this version; later rows go before earlier ones
    milliseconds breath;
    milliseconds settle;
    milliseconds answer; // --timeout at least
};
constexpr std::array paces{
    Pace{wire::ClientKind::cpp, wire::Family::flat, 0, milliseconds(20), milliseconds(150), milliseconds(0)},
    Pace{wire::ClientKind::cpp, wire::Family::p2p, 0, milliseconds(20), milliseconds(150), milliseconds(0)},
    Pace{wire::ClientKind::go, wire::Family::flat, 0, milliseconds(1100), milliseconds(600), milliseconds(0)},
    Pace{wire::ClientKind::go, wire::Family::p2p, 0, milliseconds(300), milliseconds(300), milliseconds(0)},
    Pace{wire::ClientKind::py, wire::Family::flat, 0, milliseconds(1200), milliseconds(150), milliseconds(4000)},
    Pace{wire::ClientKind::py, wire::Family::flat, 10, milliseconds(1200), milliseconds(150), milliseconds(6000)},
    Pace{wire::ClientKind::py, wire::Family::p2p, 0, milliseconds(1200), milliseconds(150), milliseconds(6000)},
    Pace{wire::ClientKind::js, wire::Family::flat, 0, milliseconds(150), milliseconds(150), milliseconds(0)},
    Pace{wire::ClientKind::js, wire::Family::p2p, 0, milliseconds(150), milliseconds(150), milliseconds(0)},
    Pace{wire::ClientKind::java, wire::Family::flat, 0, milliseconds(150), milliseconds(150), milliseconds(0)},
    Pace{wire::ClientKind::java, wire::Family::p2p, 0, milliseconds(150), milliseconds(150), milliseconds(0)},
};
constexpr milliseconds pace_gap{30};  // between two runs with a client of the table
constexpr std::size_t usual_jobs = 7; // with the control connection eight, where others allow eight of one host

/// It loads the target, or looks at what no other run may touch meanwhile.
bool runs_alone(const Run& run) {
    const std::string_view text = run.stimulus();
    return run.test->has_flag("exclusive") || run.test->has_flag("dials") || run.test->has_flag("control") ||
           text.find(":own)") != std::string_view::npos;
}

bool takes_longer(const Run& run, const Facts& facts, std::chrono::seconds than) {
    const auto script = read_stimulus(run.stimulus(), run.id, facts);
    return script && script->time() > than;
}

/// The deepest block that the stimulus names is the genesis: nothing is below it.
bool names_genesis(const Run& run, const Facts& facts) {
    return facts.genesis && !facts.ancestors.empty() && facts.ancestors.back() == *facts.genesis &&
           run.stimulus().find("anc" + std::to_string(facts.ancestors.size())) != std::string_view::npos;
}

bool is_loopback(const std::string& endpoint) {
    return endpoint.empty() || endpoint.starts_with("127.") || endpoint.starts_with("localhost:") ||
           endpoint.starts_with("[::1]:");
}

} // namespace

void Runner::introduced() {
    add_material(facts_);
    stage_ = Stage::run;
    if (!runs_.empty()) { return; } // learned anew
    const auto kind = wire::identify(facts_.client_id, facts_.profile->family);
    const wire::Profile& profile = *facts_.profile;
    const auto latest_first = paces | std::views::reverse;
    const auto pace = std::ranges::find_if(latest_first, [&](const Pace& row) {
        return row.kind == kind && row.family == profile.family && row.from <= profile.version;
    });
    width_ = pace == latest_first.end() ? usual_jobs : 1;
    if (pace != latest_first.end()) {
        gap_ = pace_gap;
        options_.patience.breath = std::max(options_.patience.breath, pace->breath);
        options_.patience.settle = std::max(options_.patience.settle, pace->settle);
        options_.patience.answer = std::max(options_.patience.answer, pace->answer);
    }
    if (options_.jobs != 0) { width_ = options_.jobs; }
    if (options_.target_dials) { width_ = 1; }
    plan();
}

/// Those that take long begin first; those that want the target for themselves come last.
void Runner::plan() {
    runs_ = runs_of(cases_, *facts_.profile);
    if (options_.wanted) {
        std::erase_if(runs_, [&](const Run& run) { return !options_.wanted(run); });
    }
    outcomes_.resize(runs_.size());
    settled_.resize(runs_.size());
    listener_.introduced(facts_, runs_.size());
    if (dialling_only()) { control_.close(); }
    for (const bool slow : {true, false}) {
        for (std::size_t i = 0; i < runs_.size(); ++i) {
            if (runs_[i].test->has_flag("slow") != slow) { continue; }
            std::string why;
            if (!may_run(runs_[i], why)) {
                not_run(i, Verdict::skip, std::move(why));
            } else {
                (runs_alone(runs_[i]) ? alone_ : side_by_side_).emplace_back(i, 1U);
            }
        }
    }
}

bool Runner::may_run(const Run& run, std::string& why) const {
    const bool second = run.test->has_flag("second") && !run.test->has_flag("dials");
    if (run.test->has_flag("limits") && !options_.may_load && !is_loopback(options_.endpoint)) {
        why = "it loads the target, which is not on this machine: --i-own-this-target";
    } else if (run.test->has_flag("slow") && takes_longer(run, facts_, options_.longest)) {
        why = "it watches for more than " + std::to_string(options_.longest.count()) + " s: --long";
    } else if (run.test->has_flag("chain") && facts_.head && facts_.head == facts_.genesis) {
        why = "the target has no blocks but the genesis";
    } else if (run.test->has_flag("deeper") && names_genesis(run, facts_)) {
        why = "the target has no block below the one that is named";
    } else if (run.test->has_flag("dials") && options_.own_endpoint.empty()) {
        why = "the target must dial us: --listen";
    } else if (second && options_.endpoint.empty()) {
        why = "it needs a second connection to the target, which only dials";
    }
    return why.empty();
}

} // namespace ethpoc::conform
