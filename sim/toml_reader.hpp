// TomlReader: the values of a TOML document into members, by their type, with every mistake and its line.
#pragma once

#include <functional>
#include <limits>
#include <toml++/toml.h>

#include "config/suggest.hpp"
#include "config/value.hpp"
#include "sim/scenario.hpp"

namespace ethpoc::sim {

/// The words of a key that takes one of a few.
template <class T>
using Words = std::vector<std::pair<std::string_view, T>>;

class TomlReader {
  protected:
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

    void value(const toml::node& node, sync::RelayMode& out) {
        std::string said;
        value(node, said);
        if (said.empty()) { return; }
        const auto mode = sync::relay_mode_named(said);
        if (!mode) { return fault(node.source(), "\"" + said + "\" is none of all, fanout"); }
        out = *mode;
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

    std::vector<ScenarioFault> faults_{};
};

} // namespace ethpoc::sim
