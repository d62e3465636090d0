#include "cmd/view/node_json.hpp"

#include <vector>

#include "show/explain.hpp"

namespace ethpoc::cmd {
namespace {

using Kind = rlp::Node::Kind;

class NodeWriter {
  public:
    NodeWriter(JsonWriter& json, const rlp::Tree& tree, const show::NodeNames* names, bool show_names,
               std::uint64_t base) :
        json_(json),
        tree_(tree), names_(names), show_names_(show_names), base_(base) {}

    void run(std::size_t first) {
        const std::size_t end = tree_.nodes[first].after;
        for (std::size_t i = first; i < end; ++i) {
            close_before(i);
            begin(i);
        }
        close_before(end);
    }

  private:
    struct Open {
        std::size_t node;
        std::uint64_t items;
    };

    void begin(std::size_t index) {
        const rlp::Node& node = tree_.nodes[index];
        if (!open_.empty()) { ++open_.back().items; }
        json_.begin_object();
        json_.member("offset", base_ + node.offset);
        json_.member("header", node.header_size);
        json_.member("length", node.payload_size);
        json_.member("kind", node.kind == Kind::list ? "list" : node.kind == Kind::raw ? "raw" : "string");
        if (node.kind == Kind::list) {
            json_.key("items");
            json_.begin_list();
            open_.push_back({index, 0});
            return;
        }
        json_.key("value");
        json_.hex(tree_.payload(node));
        finish(index, node.payload_size);
    }

    void close_before(std::size_t index) {
        for (; !open_.empty() && tree_.nodes[open_.back().node].after == index; open_.pop_back()) {
            const Open& list = open_.back();
            const rlp::Node& node = tree_.nodes[list.node];
            json_.end_list();
            finish(list.node, tree_.dialect == rlp::Dialect::item_counted ? list.items : node.payload_size);
        }
    }

    void finish(std::size_t index, std::uint64_t real) {
        const rlp::Node& node = tree_.nodes[index];
        if (node.claimed != real) { json_.member("claims", std::to_string(node.claimed)); }
        if (names_ != nullptr && show_names_ && !(*names_)[index].empty()) {
            json_.member("name", (*names_)[index].text());
        }
        if (node.integer) { json_.flag("integer", true); }
        if (node.code != nullptr) {
            Error error = tree_.error(index);
            error.offset += base_;
            if (names_ != nullptr) { error.path = show::payload_path(tree_, index); }
            json_.key("error");
            write_error(json_, error, show::hint_for(tree_, index));
        }
        json_.end_object();
    }

    JsonWriter& json_;
    const rlp::Tree& tree_;
    const show::NodeNames* names_;
    bool show_names_;
    std::uint64_t base_; // where the tree begins in the stream that is shown
    std::vector<Open> open_{};
};

void write_value(JsonWriter& json, const show::ShownField& field) {
    using FieldKind = show::ShownField::Kind;
    switch (field.kind) {
    case FieldKind::null:
        return json.null();
    case FieldKind::number:
        return json.number(field.number);
    case FieldKind::text:
    case FieldKind::hex:
        return json.string(field.text);
    case FieldKind::record:
        return write_fields(json, field.items);
    case FieldKind::list:
        break;
    }
    json.begin_list();
    for (const show::ShownField& item : field.items) {
        write_value(json, item); // three levels at most: the table of messages has no more
    }
    json.end_list();
}

} // namespace

void write_node(JsonWriter& json, const rlp::Tree& tree, std::size_t node, const show::NodeNames* names,
                bool show_names, std::uint64_t base) {
    NodeWriter{json, tree, names, show_names, base}.run(node);
}

void write_error(JsonWriter& json, const Error& error, const std::string& hint) {
    json.begin_object();
    json.member("code", error.code->word);
    json.member("offset", error.offset);
    json.member("length", error.length);
    json.member("path", error.path);
    if (!error.detail.empty()) { json.member("detail", error.detail); }
    json.member("rule", error.code->rule);
    if (!hint.empty()) { json.member("hint", hint); }
    json.end_object();
}

void write_fields(JsonWriter& json, const std::vector<show::ShownField>& fields) {
    json.begin_object();
    for (const show::ShownField& field : fields) {
        json.key(field.name);
        write_value(json, field);
    }
    json.end_object();
}

} // namespace ethpoc::cmd
