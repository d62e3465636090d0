#include "config/merge.hpp"

#include "config/suggest.hpp"

#include <algorithm>
#include <array>
#include <type_traits>

namespace ethpoc::config {

namespace {

template <typename T>
constexpr ValueKind kind_of = ValueKind::text;
template <PathKind Kind>
constexpr ValueKind kind_of<Path<Kind>> = ValueKind::path;
template <>
constexpr ValueKind kind_of<std::uint32_t> = ValueKind::number;
template <>
constexpr ValueKind kind_of<bool> = ValueKind::flag;
template <>
constexpr ValueKind kind_of<ByteSize> = ValueKind::size;
template <>
constexpr ValueKind kind_of<std::chrono::milliseconds> = ValueKind::duration;
template <>
constexpr ValueKind kind_of<Endpoint> = ValueKind::endpoint;
template <>
constexpr ValueKind kind_of<std::optional<Endpoint>> = ValueKind::endpoint;

template <typename T>
struct ListElement {
    using type = void;
};
template <typename T>
struct ListElement<std::vector<T>> {
    using type = T;
};
template <typename T>
constexpr bool is_list = !std::is_void_v<typename ListElement<T>::type>;

template <typename T>
ReadResult read_into(T& member, std::span<const std::string> texts) {
    if constexpr (is_list<T>) {
        T list;
        for (const std::string& text : texts) {
            if (auto result = read_value(text, list.emplace_back()); !result) { return result; }
        }
        member = std::move(list);
        return {};
    } else {
        if (texts.size() != 1) { return std::unexpected("one value is expected, not " + std::to_string(texts.size())); }
        return read_value(texts.front(), member);
    }
}

template <typename T>
std::vector<std::string> write_from(const T& member) {
    if constexpr (is_list<T>) {
        std::vector<std::string> texts;
        texts.reserve(member.size());
        for (const auto& entry : member) {
            texts.push_back(write_value(entry));
        }
        return texts;
    } else {
        return {write_value(member)};
    }
}

/// The parts of "on|off"; none of "".
std::vector<std::string_view> split_words(std::string_view joined) {
    std::vector<std::string_view> words;
    while (!joined.empty()) {
        const std::size_t end = std::min(joined.find('|'), joined.size());
        words.push_back(joined.substr(0, end));
        joined.remove_prefix(std::min(end + 1, joined.size()));
    }
    return words;
}

std::string listed(std::span<const std::string_view> words) {
    std::string out;
    for (std::size_t i = 0; i < words.size(); ++i) {
        out.append(i == 0 ? "" : i + 1 == words.size() ? " or " : ", ").append(words[i]);
    }
    return out;
}

ReadResult read_row(const SettingRow& row, Settings& settings, std::span<const std::string> texts) {
    for (const std::string& text : texts) {
        if (!row.words.empty() && std::ranges::find(row.words, text) == row.words.end()) {
            return std::unexpected("\"" + text + "\" is not " + listed(row.words) + did_you_mean(text, row.words));
        }
    }
    return row.read(settings, texts);
}

template <typename T>
constexpr ValueKind element_kind() {
    if constexpr (is_list<T>) {
        return kind_of<typename ListElement<T>::type>;
    } else {
        return kind_of<T>;
    }
}

const std::array rows{
#define WORD_SETTING(key, member, alias, words, help)                                                                  \
    SettingRow{key,                                                                                                    \
               alias,                                                                                                  \
               help,                                                                                                   \
               split_words(words),                                                                                     \
               element_kind<std::remove_cvref_t<decltype((Settings{}.member))>>(),                                     \
               is_list<std::remove_cvref_t<decltype((Settings{}.member))>>,                                            \
               [](Settings& s, std::span<const std::string> texts) { return read_into(s.member, texts); },             \
               [](const Settings& s) { return write_from(s.member); }},
#define SETTING(key, member, alias, help) WORD_SETTING(key, member, alias, "", help)
#include "config/settings.def"
};

} // namespace

std::span<const SettingRow> setting_rows() {
    return rows;
}

const SettingRow* find_setting(std::string_view key) {
    for (const SettingRow& row : rows) {
        if (row.key == key) { return &row; }
    }
    return nullptr;
}

std::span<const std::string_view> setting_keys() {
    static const auto keys = [] {
        std::array<std::string_view, rows.size()> all;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            all[i] = rows[i].key;
        }
        return all;
    }();
    return keys;
}

std::expected<Resolved, ConfigErrors> merge(const Settings& defaults, std::span<const Layer> layers) {
    Resolved resolved{defaults, std::vector<std::string>(rows.size(), "default")};
    ConfigErrors errors;
    for (const Layer& layer : layers) {
        for (const Assignment& assignment : layer) {
            const SettingRow* row = find_setting(assignment.key);
            if (row == nullptr) {
                errors.push_back({assignment.where, "unknown key \"" + assignment.key + "\"" +
                                                        did_you_mean(assignment.key, setting_keys())});
            } else if (auto result = read_row(*row, resolved.settings, assignment.values); !result) {
                errors.push_back({assignment.where, std::string(row->key) + ": " + result.error()});
            } else {
                resolved.origins[static_cast<std::size_t>(row - rows.data())] = assignment.where;
            }
        }
    }
    if (!errors.empty()) { return std::unexpected(std::move(errors)); }
    return resolved;
}

std::vector<ShownSetting> shown_settings(const Resolved& resolved) {
    std::vector<ShownSetting> shown;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const SettingRow& row = rows[i];
        shown.push_back({row.key, row.kind, row.is_list, row.write(resolved.settings), resolved.origins[i]});
    }
    return shown;
}

} // namespace ethpoc::config
