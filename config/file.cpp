#include "config/file.hpp"

#include "config/suggest.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <toml++/toml.h>

namespace ethpoc::config {

namespace {

std::string place(const std::string& name, const toml::source_region& region) {
    return "file " + name + ":" + std::to_string(region.begin.line) + ":" + std::to_string(region.begin.column);
}

std::string shortest(double number) {
    std::ostringstream out;
    out << number;
    return out.str();
}

/// The text of a value, if its TOML type suits the setting. A quoted number is refused for a plain number: in TOML the
/// difference is meant. Sizes and times may be numbers (bytes, seconds) or text with a unit.
std::expected<std::string, std::string> value_text(const toml::node& node, ValueKind kind) {
    const bool number = kind == ValueKind::number;
    const bool with_unit = kind == ValueKind::size || kind == ValueKind::duration;
    if (const auto* text = node.as_string(); text != nullptr && !number && kind != ValueKind::flag) {
        return text->get();
    }
    if (const auto* whole = node.as_integer(); whole != nullptr && (number || with_unit)) {
        return std::to_string(whole->get());
    }
    if (const auto* real = node.as_floating_point(); real != nullptr && kind == ValueKind::duration) {
        return shortest(real->get());
    }
    if (const auto* flag = node.as_boolean(); flag != nullptr && kind == ValueKind::flag) {
        return flag->get() ? "true" : "false";
    }
    const std::string_view wanted = number                    ? "a number"
                                    : kind == ValueKind::flag ? "true or false"
                                    : with_unit               ? "a number or a text with its unit"
                                                              : "a text in quotes";
    return std::unexpected(std::string(wanted) + " is expected");
}

/// Walks a document and collects assignments and errors.
class Reader {
  public:
    explicit Reader(const std::string& name) : name_(name) {}

    void table(const toml::table& table, const std::string& prefix) {
        for (const auto& [key, node] : table) {
            const std::string full = prefix + std::string(key.str());
            if (const SettingRow* row = find_setting(full)) {
                setting(*row, node);
            } else if (const auto* inner = node.as_table(); inner != nullptr && is_section(full)) {
                this->table(*inner, full + ".");
            } else {
                fail(key.source(), "unknown key \"" + full + "\"" + did_you_mean(full, candidates(inner != nullptr)));
            }
        }
    }

    std::expected<Layer, ConfigErrors> result() && {
        if (!errors_.empty()) { return std::unexpected(std::move(errors_)); }
        return std::move(layer_);
    }

  private:
    void setting(const SettingRow& row, const toml::node& node) {
        std::vector<std::string> values;
        const auto* array = node.as_array();
        if (array != nullptr && row.is_list) {
            for (const toml::node& entry : *array) {
                add_value(row, entry, values);
            }
        } else {
            add_value(row, node, values);
        }
        layer_.push_back({std::string(row.key), std::move(values), place(name_, node.source())});
    }

    void add_value(const SettingRow& row, const toml::node& node, std::vector<std::string>& values) {
        if (auto text = value_text(node, row.kind)) {
            values.push_back(*std::move(text));
        } else {
            fail(node.source(), std::string(row.key) + ": " + text.error());
        }
    }

    static bool is_section(std::string_view full) {
        return std::ranges::any_of(setting_keys(), [&](std::string_view key) {
            return key.starts_with(full) && key.size() > full.size() && key[full.size()] == '.';
        });
    }

    /// For a mistyped table the section names, for a mistyped value the keys.
    static std::vector<std::string_view> candidates(bool sections) {
        std::vector<std::string_view> words;
        for (const std::string_view key : setting_keys()) {
            const std::size_t dot = key.find('.');
            if (!sections) {
                words.push_back(key);
            } else if (dot != std::string_view::npos) {
                words.push_back(key.substr(0, dot));
            }
        }
        return words;
    }

    void fail(const toml::source_region& region, std::string message) {
        errors_.push_back({place(name_, region), std::move(message)});
    }

    const std::string& name_;
    Layer layer_;
    ConfigErrors errors_;
};

} // namespace

std::expected<Layer, ConfigErrors> parse_toml(std::string_view text, const std::string& name) {
    try {
        const toml::table document = toml::parse(text);
        Reader reader(name);
        reader.table(document, "");
        return std::move(reader).result();
    } catch (const toml::parse_error& error) {
        // The parser of Debian's build throws; the exception ends here.
        return std::unexpected(ConfigErrors{{place(name, error.source()), std::string(error.description())}});
    }
}

std::expected<Layer, ConfigErrors> read_file(const std::string& path) {
    if (const auto good = check_path(path, PathKind::file); !good) {
        return std::unexpected(ConfigErrors{{"--config", good.error()}});
    }
    std::ifstream file(path, std::ios::binary);
    std::string text(max_file_bytes + 1, '\0');
    if (!file || !file.read(text.data(), static_cast<std::streamsize>(text.size())).eof()) {
        const bool large = file.gcount() == static_cast<std::streamsize>(text.size());
        return std::unexpected(
            ConfigErrors{{"file " + path, large ? "larger than 1 MiB, which no settings are" : "cannot be read"}});
    }
    text.resize(static_cast<std::size_t>(file.gcount()));
    return parse_toml(text, path);
}

} // namespace ethpoc::config
