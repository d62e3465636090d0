// Reading a scenario. The only place of the room that knows TOML.
#include <algorithm>
#include <functional>
#include <set>
#include <toml++/toml.h>

#include "config/suggest.hpp"
#include "config/value.hpp"
#include "sim/attack.hpp"
#include "sim/metric.hpp"
#include "sim/scenario.hpp"

namespace ethpoc::sim {
namespace {

/// The words of a key that takes one of a few.
template <class T>
using Words = std::vector<std::pair<std::string_view, T>>;

class ScenarioReader {
  public:
    void document(const toml::table& table) {
        keys(table, "",
             {{"name", into(out_.name)},
              {"about", into(out_.about)},
              {"for", into(out_.duration)},
              {"seed", into(out_.seed)},
              {"protocol", [this](const auto& node) { protocol(node, out_.protocol, false); }},
              {"difficulty", into(out_.difficulty)},
              {"state", into(out_.state)},
              {"start_time", into(out_.wall)},
              {"join_within", into(out_.join)},
              {"topology", word(out_.topology, Words<Topology>{{"ring", Topology::ring},
                                                               {"random", Topology::random},
                                                               {"star", Topology::star},
                                                               {"seeds", Topology::seeds}})},
              {"known", into(out_.known)},
              {"special", into(out_.special)},
              {"lines", inner("lines", lines())},
              {"group", each("group", [this](const toml::table& one) { group(one); })},
              {"fault", each("fault", [this](const toml::table& one) { scenario_fault(one); })},
              {"expect", each("expect", [this](const toml::table& one) { expectation(one); })}});
        if (out_.groups.empty()) { fault(table.source(), "there is no [[group]], so there are no nodes"); }
        if (out_.duration.count() <= 0) { fault(table.source(), "for: a time above 0 is expected"); }
        for (Group& each : out_.groups) {
            if (each.protocol == nullptr && !auto_.contains(each.name)) { each.protocol = out_.protocol; }
        }
        for (const auto& [region, name] : named_) {
            const bool known = std::ranges::any_of(out_.groups, [&](const Group& one) { return one.name == name; });
            if (!known) { fault(region, "there is no group \"" + name + "\""); }
        }
    }

    std::expected<Scenario, std::vector<ScenarioFault>> result() && {
        std::ranges::stable_sort(faults_, {}, &ScenarioFault::line); // the tables of the parser are sorted by key
        if (!faults_.empty()) { return std::unexpected(std::move(faults_)); }
        return std::move(out_);
    }

    ScenarioReader() { out_.protocol = wire::find_profile("poc5"); }

  private:
    using Take = std::function<void(const toml::node&)>;
    using Keys = std::vector<std::pair<std::string_view, Take>>;
    using Flat = std::vector<std::pair<toml::key, const toml::node*>>;

    void fault(const toml::source_region& region, std::string sentence) {
        faults_.push_back({region.begin.line, std::move(sentence)});
    }

    void keys(const toml::table& table, const std::string& where, const Keys& known) {
        Flat each;
        for (const auto& [key, node] : table) {
            each.emplace_back(key, &node);
        }
        keys(each, where, known);
    }

    void keys(const Flat& given, const std::string& where, const Keys& known) {
        for (const auto& [key, node] : given) {
            const auto at = std::ranges::find(known, key.str(), &Keys::value_type::first);
            if (at != known.end()) {
                at->second(*node);
                continue;
            }
            std::vector<std::string_view> names;
            for (const auto& each : known) {
                names.push_back(each.first);
            }
            fault(key.source(), "unknown key \"" + std::string(key.str()) + "\"" +
                                    (where.empty() ? "" : " in " + where) + config::did_you_mean(key.str(), names));
        }
    }

    Take inner(const std::string& name, Keys known) {
        return [this, name, known = std::move(known)](const toml::node& node) {
            if (const auto* const table = node.as_table()) { return keys(*table, "[" + name + "]", known); }
            fault(node.source(), name + ": a table is expected");
        };
    }

    Take each(const std::string& name, std::function<void(const toml::table&)> take) {
        return [this, name, take = std::move(take)](const toml::node& node) {
            if (!node.is_array_of_tables()) {
                return fault(node.source(), name + ": tables [[" + name + "]] are expected");
            }
            for (const toml::node& one : *node.as_array()) {
                take(*one.as_table());
            }
        };
    }

    // ---- values by the type of where they go

    template <class T>
    Take into(T& out) {
        return [this, &out](const toml::node& node) { value(node, out); };
    }

    void value(const toml::node& node, std::string& out) {
        const auto* const text = node.as_string();
        if (text == nullptr) { return fault(node.source(), "a text in quotes is expected"); }
        out = text->get();
    }

    void value(const toml::node& node, bool& out) {
        const auto* const truth = node.as_boolean();
        if (truth == nullptr) { return fault(node.source(), "true or false is expected"); }
        out = truth->get();
    }

    void value(const toml::node& node, double& out) {
        const auto number = node.value<double>();
        if (!node.is_number() || !number || !(*number >= 0)) {
            return fault(node.source(), "a number from 0 on is expected");
        }
        out = *number;
    }

    /// Numbers, and sizes with their unit.
    template <std::unsigned_integral T>
    void value(const toml::node& node, T& out) {
        config::ByteSize size;
        const auto* const text = node.as_string();
        const auto* const number = node.as_integer();
        const bool good = text != nullptr ? config::read_value(text->get(), size).has_value()
                                          : number != nullptr && number->get() >= 0;
        const std::uint64_t whole =
            text != nullptr || number == nullptr ? size.bytes : static_cast<std::uint64_t>(number->get());
        if (!good || whole > std::numeric_limits<T>::max()) {
            return fault(node.source(), "a whole number from 0 on, or a size as in \"16KiB\", is expected");
        }
        out = static_cast<T>(whole);
    }

    /// Seconds, or a text with its unit.
    template <class Rep, class Period>
    void value(const toml::node& node, std::chrono::duration<Rep, Period>& out) {
        milliseconds time{};
        const auto* const text = node.as_string();
        const std::string words = text != nullptr     ? text->get()
                                  : node.is_integer() ? std::to_string(node.as_integer()->get())
                                                      : std::string();
        if (const auto read = config::read_value(words, time); !read) { return fault(node.source(), read.error()); }
        out = std::chrono::duration_cast<std::chrono::duration<Rep, Period>>(time);
    }

    template <class T>
    Take word(T& out, Words<T> words) {
        return [this, &out, words = std::move(words)](const toml::node& node) {
            std::string said;
            std::vector<std::string_view> known;
            value(node, said);
            for (const auto& [name, meant] : words) {
                known.push_back(name);
                if (name == said) {
                    out = meant;
                    return;
                }
            }
            if (!said.empty()) { fault(node.source(), "\"" + said + "\" is none of " + joined(known)); }
        };
    }

    static std::string joined(const std::vector<std::string_view>& words) {
        std::string out;
        for (const std::string_view each : words) {
            out += (out.empty() ? "" : ", ") + std::string(each);
        }
        return out;
    }

    void protocol(const toml::node& node, const wire::Profile*& out, bool may_be_auto) {
        std::string said;
        value(node, said);
        if (said.empty() || (may_be_auto && said == "auto")) { return; }
        out = wire::find_profile(said);
        if (out == nullptr) { fault(node.source(), "there is no protocol \"" + said + "\""); }
    }

    // ---- the parts of a scenario

    Keys lines() {
        Lines& lines = out_.lines;
        return {{"latency", into(lines.latency)}, {"between", into(lines.between)},
                {"jitter", into(lines.jitter)},   {"bandwidth", into(lines.bandwidth)},
                {"loss", into(lines.loss)},       {"breaks_per_hour", into(lines.breaks_per_hour)},
                {"window", into(lines.window)},   {"connect_timeout", into(lines.connect_timeout)},
                {"regions", into(lines.regions)}};
    }

    /// peers.max_peers = 25, or a table [group.settings.peers].
    Take settings(peer::NodeOptions& options) {
        const Keys known{
#define SIM_SETTING(key, member) {key, into(options.member)},
#include "sim/settings.def"
        };
        return [this, known](const toml::node& node) {
            if (const auto* const table = node.as_table()) { return keys(flat(*table), "settings", known); }
            fault(node.source(), "settings: a table is expected");
        };
    }

    static Flat flat(const toml::table& table, const std::string& prefix = {}) {
        Flat out;
        for (const auto& [key, node] : table) {
            const std::string full = prefix + std::string(key.str());
            if (const auto* const inner = node.as_table()) {
                std::ranges::move(flat(*inner, full + "."), std::back_inserter(out));
            } else {
                out.emplace_back(toml::key(full, toml::source_region(key.source())), &node);
            }
        }
        return out;
    }

    void group(const toml::table& table) {
        Group one;
        one.options.peers.target_peers = 16;
        keys(table, "[[group]]",
             {{"name", into(one.name)},
              {"count", into(one.count)},
              {"role",
               word(one.role, Words<Role>{{"node", Role::node}, {"miner", Role::miner}, {"attacker", Role::attacker}})},
              {"attack", into(one.attack)},
              {"period", into(one.period)},
              {"protocol", [&](const auto& node) { protocol(node, one.protocol, true); }},
              {"listens", into(one.listens)},
              {"block_time", into(one.block_time)},
              {"skew", into(one.skew)},
              {"target", into(one.target)},
              {"subnets", into(one.subnets)},
              {"keeps_store", into(one.keeps_store)},
              {"unknown", into(one.starts_unknown)},
              {"settings", settings(one.options)}});
        if (one.name.empty()) { return fault(table.source(), "name is missing"); }
        const auto same = std::ranges::find(out_.groups, one.name, &Group::name);
        if (same != out_.groups.end()) { fault(table.source(), "there are two groups \"" + one.name + "\""); }
        if (one.count == 0) { fault(table.source(), "count: a number from 1 on is expected"); }
        const bool attacks = one.role == Role::attacker;
        if (attacks && attack_named(one.attack) == nullptr) {
            fault(table.source(), "attack: one of " + joined(attack_names()) + " is expected");
        }
        if (!attacks && !one.attack.empty()) { fault(table.source(), "attack: only an attacker has one"); }
        if (table["protocol"].value_or(std::string_view()) == "auto") { auto_.insert(one.name); }
        out_.groups.push_back(std::move(one));
    }

    void scenario_fault(const toml::table& table) {
        Fault one;
        using Kind = Fault::Kind;
        keys(table, "[[fault]]",
             {{"kind", word(one.kind, Words<Kind>{{"partition", Kind::partition},
                                                  {"churn", Kind::churn},
                                                  {"vanish", Kind::vanish},
                                                  {"crash", Kind::crash},
                                                  {"loss", Kind::loss}})},
              {"from", into(one.from)},
              {"at", into(one.from)},
              {"to", into(one.to)},
              {"fraction", into(one.fraction)},
              {"groups", [&](const auto& node) { groups(node, one.groups); }},
              {"per_hour", into(one.per_hour)},
              {"down", into(one.down)},
              {"loss", into(one.loss)}});
        if (!table.contains("kind")) { fault(table.source(), "kind is missing"); }
        if (one.fraction > 1) { fault(table.source(), "fraction: at most 1"); }
        const bool lasts = one.kind == Kind::partition || one.kind == Kind::churn || one.kind == Kind::loss;
        if (lasts && one.to <= one.from) { fault(table.source(), "to: a time after from is expected"); }
        out_.faults.push_back(std::move(one));
    }

    void groups(const toml::node& node, std::vector<std::string>& out) {
        const auto* const array = node.as_array();
        if (array == nullptr) { return fault(node.source(), "groups: a list of names is expected"); }
        for (const toml::node& each : *array) {
            value(each, out.emplace_back());
            named_.emplace_back(each.source(), out.back());
        }
    }

    void expectation(const toml::table& table) {
        Expectation one;
        int bounds = 0;
        const auto bound = [&](Expectation::Must must) {
            return [this, &one, &bounds, must](const toml::node& node) {
                one.must = must;
                value(node, one.value);
                ++bounds;
            };
        };
        keys(table, "[[expect]]",
             {{"metric", into(one.metric)},
              {"at_most", bound(Expectation::Must::be_at_most)},
              {"at_least", bound(Expectation::Must::be_at_least)},
              {"equals", bound(Expectation::Must::equal)},
              {"at", [&](const auto& node) { value(node, one.at.emplace()); }}});
        if (bounds != 1) { fault(table.source(), "one of at_most, at_least, equals is expected"); }
        if (find_metric(one.metric) == nullptr) {
            const auto names = metric_names();
            fault(table.source(),
                  "there is no metric \"" + one.metric + "\"" + config::did_you_mean(one.metric, names));
        }
        out_.expectations.push_back(std::move(one));
    }

    Scenario out_{};
    std::vector<ScenarioFault> faults_{};
    std::set<std::string> auto_{}; // groups that guess
    std::vector<std::pair<toml::source_region, std::string>> named_{};
};

} // namespace

std::expected<Scenario, std::vector<ScenarioFault>> read_scenario(std::string_view text) {
    try {
        const toml::table document = toml::parse(text);
        ScenarioReader reader;
        reader.document(document);
        return std::move(reader).result();
    } catch (const toml::parse_error& error) {
        // The parser of Debian's build throws; the exception ends here.
        return std::unexpected(std::vector{ScenarioFault{error.source().begin.line, std::string(error.description())}});
    }
}

} // namespace ethpoc::sim
