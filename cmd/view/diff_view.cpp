#include "cmd/view/diff_view.hpp"

#include "show/explain.hpp"
#include "show/text.hpp"

namespace ethpoc::cmd {
namespace {

constexpr std::size_t value_columns = 30;

std::string value_of(const rlp::Tree& tree, std::uint32_t index) {
    const rlp::Node& node = tree.nodes[index];
    return node.kind == rlp::Node::Kind::string ? show::value_text(tree, node, value_columns)
                                                : show::short_text(tree, index, value_columns);
}

std::string place_of(const ViewOptions& view, const rlp::Tree& tree, std::uint32_t index) {
    const rlp::Node& node = tree.nodes[index];
    const std::size_t size = std::min<std::size_t>(node.header_size + node.payload_size, 6);
    std::string out = view.offset(node.offset) + ' ';
    for (const std::uint8_t b : tree.bytes.subspan(node.offset, size)) {
        out += ' ' + to_hex({&b, 1});
    }
    return node.header_size + node.payload_size > size ? out + " .." : out;
}

std::string path_of(const DiffSide& side, std::uint32_t index) {
    return side.names != nullptr ? show::payload_path(side.tree, index) : side.tree.path(index);
}

void write_side(JsonWriter& json, std::string_view name, const rlp::Tree& tree, std::uint32_t index) {
    if (index == show::Difference::none) { return; }
    const rlp::Node& node = tree.nodes[index];
    json.key(name);
    json.begin_object();
    json.member("offset", node.offset);
    json.member("length", node.end() - node.offset);
    json.key("bytes");
    json.hex(tree.bytes.subspan(node.offset, node.end() - node.offset));
    json.end_object();
}

} // namespace

std::size_t show_differences(Output& out, JsonWriter* json, const ViewOptions& view, const DiffSide& first,
                             const DiffSide& second, const std::string& prefix) {
    std::size_t count = 0;
    show::diff(first.tree, second.tree, [&](const show::Difference& one) {
        ++count;
        const bool left = one.first != show::Difference::none;
        const bool right = one.second != show::Difference::none;
        const DiffSide& side = left ? first : second;
        const std::uint32_t index = left ? one.first : one.second;
        std::string path = prefix + path_of(side, index);
        const bool named = side.names != nullptr && !view.no_names && !(*side.names)[index].empty();
        const std::string name = named ? (*side.names)[index].text() : std::string();
        if (json != nullptr) {
            json->begin_object();
            json->member("path", path);
            if (!name.empty()) { json->member("name", name); }
            json->member("kind", show::word_of(one.kind));
            write_side(*json, "first", first.tree, one.first);
            write_side(*json, "second", second.tree, one.second);
            json->end_object();
            return !out.closed();
        }
        if (path.empty()) { path = "the item"; }
        out.text(out.paint(Tone::bold, path) + (name.empty() ? "" : ' ' + name) + ": " +
                 std::string(show::word_of(one.kind)) + '\n');
        if (left) {
            out.text(out.paint(Tone::red, "  - ") + place_of(view, first.tree, one.first) + "   " +
                     value_of(first.tree, one.first) + '\n');
        }
        if (right) {
            out.text(out.paint(Tone::green, "  + ") + place_of(view, second.tree, one.second) + "   " +
                     value_of(second.tree, one.second) + '\n');
        }
        return !out.closed();
    });
    return count;
}

std::expected<std::pair<Bytes, Bytes>, ExitCode> read_two(Output& out, const ByteOptions& options) {
    if (options.words.size() != 2) {
        out.refuse("input.usage", "diff wants two inputs, each hex or a file");
        return std::unexpected(ExitCode::usage);
    }
    auto first = read_input(out, {options.words[0]}, options.form);
    if (!first) { return std::unexpected(first.error()); }
    auto second = read_input(out, {options.words[1]}, options.form);
    if (!second) { return std::unexpected(second.error()); }
    return std::pair{*std::move(first), *std::move(second)};
}

} // namespace ethpoc::cmd
