#include "show/frame_explain.hpp"

#include "rlp/error.hpp"
#include "show/dissect.hpp"
#include "wire/frame.hpp"

namespace ethpoc::show {
namespace {

/// The name of the message, as far as its id tells.
std::string frame_event(const wire::Frame& frame, const Speech& speech) {
    const Dissection one = dissect_payload(frame.payload, speech);
    std::string out =
        "frame at " + hex_offset(frame.offset) + ", " + plural(wire::frame_header_size + frame.payload.size(), "byte");
    if (one.message.type) { out += ": " + std::string(wire::name_of(*one.message.type)); }
    return one.error ? out + " (malformed: " + std::string(one.error->code->word) + ")" : out;
}

std::string state_text(const wire::FrameDecoder& decoder, const ReadStep& step) {
    if (decoder.skipping() > 0) {
        return "has skipped " + plural(decoder.skipping(), "byte") + " and looks for the next token 22 40 08 91";
    }
    const std::string needs =
        plural(step.needs, "byte") + (step.needs == 1 ? " more is" : " more are") + " needed for ";
    if (step.holds == 0) { return "holds nothing; " + plural(step.needs, "byte") + " are needed for the next header"; }
    const std::string holds = "holds " + plural(step.holds, "byte") + "; ";
    if (step.holds < wire::frame_header_size) { return holds + needs + "the header"; }
    const std::size_t payload = step.holds - wire::frame_header_size + step.needs;
    return holds + "the header announces " + plural(payload, "byte") + ", " +
           std::to_string(step.holds - wire::frame_header_size) + " are there; " + needs + "the payload";
}

} // namespace

void explain_reads(BytesView stream, std::span<const std::size_t> cuts,
                   const std::function<bool(const ReadStep&)>& sink) {
    using Step = wire::FrameDecoder::Step;
    const Speech speech = speech_of(stream);
    wire::FrameDecoder decoder;
    std::size_t at = 0;
    for (std::size_t i = 0; i <= cuts.size() && at < stream.size(); ++i) {
        const std::size_t to = i < cuts.size() ? cuts[i] : stream.size();
        if (to <= at || to > stream.size()) { continue; }
        ReadStep step{.from = at, .to = to};
        decoder.feed(stream.subspan(at, to - at));
        for (Step got = decoder.next(); got != Step::need_more; got = decoder.next()) {
            if (got == Step::frame) {
                ++step.frames;
                const wire::Frame frame = decoder.frame();
                step.events.push_back(frame_event(frame, speech));
                const auto cut = is_message(frame.payload, speech) ? std::nullopt : wire::cut_open_at(frame.payload);
                if (cut && decoder.reopen(*cut)) {
                    step.events.push_back(wire::cut_open_error(frame.offset, *cut, frame.payload.size()).message());
                }
                continue;
            }
            step.events.push_back(decoder.error().message());
        }
        step.holds = decoder.buffered();
        step.needs = decoder.missing();
        step.state = state_text(decoder, step);
        if (!sink(step)) { return; }
        at = to;
    }
}

} // namespace ethpoc::show
