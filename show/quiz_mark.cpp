#include <algorithm>
#include <optional>
#include <vector>

#include "rlp/decode.hpp"
#include "show/diff.hpp"
#include "show/quiz.hpp"
#include "show/text.hpp"

namespace ethpoc::show {
namespace {

std::vector<Step> steps_of(const rlp::Tree& tree) {
    std::vector<Step> out;
    explain_reading(tree, [&out](Step step) {
        out.push_back(std::move(step));
        return true;
    });
    return out;
}

/// The step that reads the byte at `offset`; of the end, the last one.
std::size_t step_at(const std::vector<Step>& steps, std::size_t offset) {
    const auto found = std::ranges::find_if(
        steps, [offset](const Step& step) { return step.offset <= offset && offset < step.offset + step.size; });
    return static_cast<std::size_t>(std::min(found, steps.end() - 1) - steps.begin());
}

/// A step of `node`: its first, or its last.
std::size_t step_of(const std::vector<Step>& steps, std::size_t node, bool last) {
    std::size_t out = steps.size() - 1;
    for (std::size_t i = steps.size(); i-- > 0;) {
        if (steps[i].node != node) { continue; }
        out = i;
        if (last) { break; }
    }
    return out;
}

/// Where two readers part that read `right` and `other`.
std::size_t parting_step(const std::vector<Step>& steps, const rlp::Tree& right, const rlp::Tree& other) {
    std::optional<Difference> first;
    diff(right, other, [&first](const Difference& difference) {
        first = difference;
        return false;
    });
    if (!first) { return 0; }
    if (first->first == Difference::none) { // the answer has an item too many: here the list was over
        const std::uint32_t parent = other.nodes[first->second].parent;
        if (parent == rlp::Node::no_parent) { return steps.size() - 1; }
        const std::string path = other.path(parent);
        for (std::size_t i = 0; i < right.nodes.size(); ++i) {
            if (right.path(i) == path) { return step_of(steps, i, true); }
        }
        return steps.size() - 1;
    }
    const bool same_size = first->kind == Difference::Kind::value &&
                           right.nodes[first->first].payload_size == other.nodes[first->second].payload_size;
    return step_of(steps, first->first, same_size);
}

/// What an answer that is no right code says instead.
std::string remark_on_code(std::string_view answer) {
    if (answer.empty()) { return {}; }
    if (answer == "good") { return "These bytes are not good."; }
    for (const ErrorCode* code : rlp::error_catalogue()) {
        if (code->word == answer || code->word.substr(code->word.find('.') + 1) == answer) {
            return std::string(code->word) + " is something else: " + std::string(code->rule);
        }
    }
    return "No code has this name; `ethpoc errors` lists them.";
}

/// Each of these two returns the step that decides, from 0.
std::size_t mark_code(std::string_view answer, const std::vector<Step>& steps, const rlp::Tree& tree, Mark& out) {
    const auto error = rlp::validate(tree.bytes);
    std::size_t decides = steps.size() - 1; // good: every byte was used
    if (error) {
        decides = step_at(steps, error->offset);
        out.rule = std::string(error->code->rule);
        out.hint = hint_for(tree, *error);
    }
    if (!out.right) { out.remark = remark_on_code(answer); }
    return decides;
}

std::size_t mark_text(std::string_view answer, const std::vector<Step>& steps, const rlp::Tree& tree, Mark& out) {
    if (out.right || answer.empty()) { return 0; }
    const auto bytes = from_text(answer);
    if (!bytes) {
        out.remark = "It cannot be read: " + bytes.error().message() + ". " + std::string(bytes.error().code->hint);
        return 0;
    }
    out.written = to_hex(*bytes);
    return parting_step(steps, tree, rlp::read_tree(*bytes));
}

} // namespace

Mark mark(const Question& question, std::string_view answer) {
    constexpr std::string_view blanks = " \t\r\n";
    const std::size_t begin = std::min(answer.find_first_not_of(blanks), answer.size());
    answer.remove_prefix(begin);
    answer = answer.substr(0, answer.find_last_not_of(blanks) + 1);
    const rlp::Tree tree = rlp::read_tree(question.bytes);
    const std::vector<Step> steps = steps_of(tree);
    Mark out;
    out.right = is_right(question, answer);
    const std::size_t decides = (question.wants_code ? mark_code : mark_text)(answer, steps, tree, out);
    out.number = decides + 1;
    out.step = steps[decides];
    return out;
}

} // namespace ethpoc::show
