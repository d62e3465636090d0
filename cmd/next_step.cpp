#include "cmd/next_step.hpp"

#include <algorithm>
#include <array>
#include <unistd.h>

#include "cmd/view/columns.hpp"

namespace ethpoc::cmd {

namespace {

enum class Prints : std::uint8_t { data, story };

struct NextStep {
    std::string_view path;
    ExitCode code;
    Prints prints;
    std::string_view text;
};

constexpr std::array next_steps{
#define ETHPOC_NEXT(path, code, prints, text) NextStep{path, ExitCode::code, Prints::prints, text},
#include "cmd/next_steps.def"
#undef ETHPOC_NEXT
};

} // namespace

void tell_next_step(Context& context, std::string_view path, ExitCode code, std::FILE* out) {
    const auto* const row =
        std::ranges::find_if(next_steps, [&](const NextStep& each) { return each.path == path && each.code == code; });
    if (row == next_steps.end() && context.next.empty()) { return; }
    const std::string text = context.next.empty() ? std::string(row->text) : context.next;
    const std::string line = hanging("next: ", text, context.out.width()) + '\n';
    if (row == next_steps.end() || row->prints == Prints::story) {
        context.out.text(line);
        return context.out.flush();
    }
    const int file = ::fileno(out);
    if (file < 0 || ::isatty(file) == 0) { return; }
    context.out.flush();
    context.out.error_text(line);
}

} // namespace ethpoc::cmd
