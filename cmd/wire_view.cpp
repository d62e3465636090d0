// One frame, for people and for programs.
#include "cmd/view/fault_view.hpp"
#include "cmd/view/node_json.hpp"
#include "cmd/view/tree_view.hpp"
#include "cmd/wire_commands.hpp"
#include "show/describe.hpp"
#include "show/explain.hpp"
#include "wire/frame.hpp"

namespace ethpoc::cmd {
namespace {

std::string title_of(const show::Dissection& frame, std::size_t index) {
    if (frame.piece.is_gap) { return "no frame"; }
    std::string out = "frame " + std::to_string(index);
    if (frame.message.type) {
        out += "  " + std::string(wire::name_of(*frame.message.type));
        if (*frame.message.type == wire::MessageType::Unknown) {
            out += " (id " + std::to_string(*frame.message.id) + ")";
        }
    }
    return out;
}

void show_header(Output& out, BytesView stream, const show::Piece& piece, const ViewOptions& view) {
    const std::size_t token = std::min(piece.size, wire::sync_token.size());
    TreeView::line(out, view, piece.offset, stream.subspan(piece.offset, token), token,
                   token == wire::sync_token.size() ? "sync token" : "beginning of a sync token");
    if (piece.size <= token) { return; }
    const std::size_t size = std::min(piece.size, wire::frame_header_size) - token;
    TreeView::line(out, view, piece.offset + token, stream.subspan(piece.offset + token, size), size,
                   piece.payload_size ? "payload size " + std::to_string(*piece.payload_size)
                                      : "beginning of the payload size");
}

} // namespace

void show_frame(Output& out, BytesView stream, const show::Dissection& frame, std::size_t index,
                const ViewOptions& view) {
    std::string trouble = frame.error ? "  " + std::string(frame.error->code->word) : std::string();
    if (frame.tolerated) { trouble += ", tolerated"; }
    out.text(out.paint(Tone::bold, title_of(frame, index)) + "  " + plural(frame.piece.size, "byte") +
             out.paint(Tone::red, trouble) + '\n');
    show_frame_bytes(out, stream, frame, view);
}

void show_frame_bytes(Output& out, BytesView stream, const show::Dissection& frame, const ViewOptions& view) {
    if (!frame.piece.is_gap) { show_header(out, stream, frame.piece, view); }
    TreeView(out, view, frame.tree, &frame.names).show();
    const bool marked =
        std::ranges::any_of(frame.tree.nodes, [](const rlp::Node& node) { return node.code != nullptr; });
    if (frame.error && !marked) { show_fault(out, stream, *frame.error, frame.hint, view); }
    if (frame.error && marked) { show_remark(out, "hint", frame.hint, view); }
    show_remark(out, "note", frame.note, view);
    if (!frame.note.empty()) { show_remark(out, "try", "add --protocol poc1 to read them as they were meant", view); }
}

void show_said(Output& out, const wire::Said& said, const ViewOptions& view) {
    const auto header = wire::frame_header(said.payload.size());
    Bytes frame(header.begin(), header.end());
    frame.insert(frame.end(), said.payload.begin(), said.payload.end());
    show_frame_bytes(out, frame, show::dissect_frame(frame, show::speech_of(said)), view);
}

void write_frame(JsonWriter& json, const show::Dissection& frame, bool show_names, std::optional<std::size_t> stream) {
    json.begin_object();
    if (stream) { json.member("stream", *stream); }
    json.member("offset", frame.piece.offset);
    json.member("size", frame.piece.size);
    json.key("payload_size");
    frame.piece.payload_size ? json.number(*frame.piece.payload_size) : json.null();
    json.key("type");
    frame.message.type ? json.string(wire::name_of(*frame.message.type)) : json.null();
    json.key("id");
    frame.message.id ? json.number(*frame.message.id) : json.null();
    json.key("fields");
    write_fields(json, frame.message.fields);
    const rlp::Tree& tree = frame.tree;
    json.key("tree");
    tree.nodes.empty() ? json.null() : write_node(json, tree, 0, &frame.names, show_names);
    if (!tree.nodes.empty() && tree.nodes.front().after < tree.nodes.size()) {
        json.key("rest");
        json.begin_list();
        for (std::size_t i = tree.nodes.front().after; i < tree.nodes.size(); i = tree.nodes[i].after) {
            write_node(json, tree, i, &frame.names, show_names);
        }
        json.end_list();
    }
    if (frame.error) {
        json.key("error");
        write_error(json, *frame.error, frame.hint);
    }
    if (!frame.note.empty()) { json.member("note", frame.note); }
    json.end_object();
}

} // namespace ethpoc::cmd
