#include "show/frame_text.hpp"

#include <limits>

#include "show/dissect.hpp"
#include "show/message_text.hpp"
#include "wire/frame.hpp"

namespace ethpoc::show {

namespace {

void write_piece(BytesView stream, const Piece& piece, const TextSink& sink) {
    const auto& error = piece.error;
    const std::string note = error ? "  # " + std::string(error->code->word) : std::string();
    if (!piece.payload_size || piece.size < wire::frame_header_size) { // the next token begins in its length
        sink("raw:");
        write_hex_literal(stream.subspan(piece.offset, piece.size), sink);
        return sink(note + '\n');
    }
    const rlp::Tree tree = plain_tree(stream, piece, {.max_bytes = std::numeric_limits<std::size_t>::max()});
    const bool trailing = !error && !tree.nodes.empty() && tree.nodes.front().after < tree.nodes.size();
    sink(piece.whole() ? std::string("frame ") : "frame size=" + std::to_string(*piece.payload_size) + ' ');
    sink("{" + (trailing ? "  # " + std::string(wire::errors::frame_trailing_bytes.word) : note) + '\n');
    write_text(tree, sink, {.indent = 2, .in_message = true});
    sink("}\n");
}

} // namespace

void write_frames(BytesView stream, const TextSink& sink) {
    PieceReader pieces(stream);
    while (const auto piece = pieces.next()) {
        write_piece(stream, *piece, sink);
    }
}

void write_named_frames(BytesView stream, const Speech& speech, const TextSink& sink) {
    PieceReader pieces(stream);
    bool said_version = false;
    while (const auto piece = pieces.next()) {
        const auto text = piece->whole() ? message_text(stream.subspan(piece->offset, piece->size), speech)
                                         : std::optional<std::string>{};
        if (!text) {
            write_piece(stream, *piece, sink);
            continue;
        }
        if (!said_version) { sink("protocol=\"" + std::string(speech.profile->name) + "\"\n"); }
        said_version = true;
        sink(*text);
    }
}

std::string frames_to_text(BytesView stream) {
    std::string out;
    write_frames(stream, [&out](std::string_view piece) { out += piece; });
    return out;
}

} // namespace ethpoc::show
