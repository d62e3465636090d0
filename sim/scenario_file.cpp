// Reading a scenario.
#include <algorithm>
#include <set>

#include "sim/attack.hpp"
#include "sim/metric.hpp"
#include "sim/toml_reader.hpp"

namespace ethpoc::sim {
namespace {

class ScenarioReader : private TomlReader {
  public:
    void document(const toml::table& table, std::span<const std::string> changes) {
        std::vector<const toml::table*> without; // they change what the groups say, wherever those stand
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
              {"expect", each("expect", [this](const toml::table& one) { expectation(one); })},
              {"without", each("without", [&without](const toml::table& one) { without.push_back(&one); })}});
        if (out_.groups.empty()) { fault(table.source(), "there is no [[group]], so there are no nodes"); }
        if (out_.duration.count() <= 0) { fault(table.source(), "for: a time above 0 is expected"); }
        for (Group& each : out_.groups) {
            if (each.protocol == nullptr && !auto_.contains(each.name)) { each.protocol = out_.protocol; }
        }
        for (const std::string& each : changes) {
            change(each);
        }
        for (const toml::table* const each : without) {
            mechanism(*each);
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

    /// For every group that runs nodes.
    void settings_of_nodes(const toml::node& node, std::vector<peer::NodeOptions*> options) {
        const std::size_t before = faults_.size();
        for (std::size_t i = 0; i < options.size() && faults_.size() == before; ++i) { // it is wrong for all or none
            if (out_.groups[i].role == Role::attacker) { continue; }
            const Take take = settings(*options[i]);
            take(node);
        }
    }

    /// A word needs no quotes here.
    void change(const std::string& text) {
        const auto equals = std::min(text.find('='), text.size());
        const std::string quoted = text.substr(0, equals) + "='" + text.substr(std::min(equals + 1, text.size())) + "'";
        std::vector<peer::NodeOptions*> options;
        options.reserve(out_.groups.size());
        for (Group& each : out_.groups) {
            options.push_back(&each.options);
        }
        for (const std::string& written : {text, quoted}) {
            try {
                const toml::table table = toml::parse(written);
                const std::size_t before = faults_.size();
                settings_of_nodes(table, options);
                for (std::size_t i = before; i < faults_.size(); ++i) {
                    faults_[i] = {0, text + ": " + faults_[i].sentence};
                }
                return;
            } catch (const toml::parse_error&) {
                continue; // the parser throws, as in read_scenario
            }
        }
        faults_.push_back({0, text + ": KEY=VALUE is expected, as in peers.max_peers=12"});
    }

    void mechanism(const toml::table& table) {
        Without one;
        for (const Group& each : out_.groups) {
            one.options.push_back(each.options);
        }
        std::vector<peer::NodeOptions*> options;
        options.reserve(one.options.size());
        for (peer::NodeOptions& each : one.options) {
            options.push_back(&each);
        }
        keys(table, "[[without]]",
             {{"name", into(one.mechanism)},
              {"metric", into(one.metric)},
              {"worse", word(one.higher_is_worse, Words<bool>{{"higher", true}, {"lower", false}})},
              {"settings", [&](const auto& node) { settings_of_nodes(node, options); }}});
        if (one.mechanism.empty()) { fault(table.source(), "name is missing"); }
        metric(table, one.metric);
        out_.without.push_back(std::move(one));
    }

    void metric(const toml::table& table, const std::string& name) {
        if (find_metric(name) != nullptr) { return; }
        const auto names = metric_names();
        fault(table.source(), "there is no metric \"" + name + "\"" + config::did_you_mean(name, names));
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
        metric(table, one.metric);
        out_.expectations.push_back(std::move(one));
    }

    Scenario out_{};
    std::set<std::string> auto_{}; // groups that guess
    std::vector<std::pair<toml::source_region, std::string>> named_{};
};

} // namespace

std::expected<Scenario, std::vector<ScenarioFault>> read_scenario(std::string_view text,
                                                                  std::span<const std::string> changes) {
    try {
        const toml::table document = toml::parse(text);
        ScenarioReader reader;
        reader.document(document, changes);
        return std::move(reader).result();
    } catch (const toml::parse_error& error) {
        // The parser of Debian's build throws; the exception ends here.
        return std::unexpected(std::vector{ScenarioFault{error.source().begin.line, std::string(error.description())}});
    }
}

} // namespace ethpoc::sim
