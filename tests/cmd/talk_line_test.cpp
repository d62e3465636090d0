#include <cmath>
#include <doctest/doctest.h>
#include <numeric>
#include <sstream>

#include "cmd/view/columns.hpp"
#include "cmd/view/talk_line.hpp"

using namespace ethpoc;
using cmd::TalkLine;

namespace {

/// The lines as wide as a terminal of `width` columns shows them.
std::string talk_at(std::size_t width, bool colour, const TalkLine& line) {
    cmd::Output out(stdout, stderr); // nothing is written
    out.set_width(width);
    out.set_color(colour ? cmd::ColorMode::always : cmd::ColorMode::never, {});
    return cmd::talk_text(out, line);
}

std::string without_colour(const std::string& text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '\x1b') {
            at = text.find('m', at);
        } else {
            out += text[at];
        }
    }
    return out;
}

const TalkLine said_hello{.time = "    0.099",
                          .who = "0",
                          .arrow = TalkLine::Arrow::right,
                          .name = "Hello",
                          .bytes = 122,
                          .details = "version 7 \"Ethereum(++)/v0.3.10/Release/Linux/g++\" port 30303"};
const TalkLine went{.time = "    0.099",
                    .who = "0",
                    .name = "disconnected",
                    .details = "127.0.0.1:30303 by them: client quitting",
                    .tone = cmd::Tone::yellow};
const TalkLine odd_ping{.time = "    1.730",
                        .who = "1",
                        .arrow = TalkLine::Arrow::left,
                        .name = "Ping",
                        .bytes = 10,
                        .problem = "tolerated: rlp.non_canonical_byte at 0x0062, path [0]",
                        .tolerated = true};
const TalkLine no_frame_at_all{.time = "    1.740",
                               .who = "0",
                               .arrow = TalkLine::Arrow::right,
                               .problem = "frame.bad_token at 0x005a: 9 bytes skipped up to the next token"};

double linear(double part) {
    part /= 255;
    return part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
}

/// Of the colour N of "38;5;N", 16 to 255: the cube and the greys.
double luminance(unsigned index) {
    constexpr std::array<double, 6> levels{0, 95, 135, 175, 215, 255};
    constexpr std::array<double, 3> weights{0.2126, 0.7152, 0.0722};
    const unsigned cube = index - 16;
    const double grey = 8 + 10 * (static_cast<double>(index) - 232);
    const std::array<double, 3> parts =
        index >= 232 ? std::array<double, 3>{grey, grey, grey}
                     : std::array<double, 3>{levels[cube / 36], levels[cube / 6 % 6], levels[cube % 6]};
    return std::transform_reduce(parts.begin(), parts.end(), weights.begin(), 0.0, std::plus<>{},
                                 [](double part, double weight) { return weight * linear(part); });
}

} // namespace

TEST_CASE("talk: one line for a message - and what happens stands under the same columns") {
    CHECK(talk_at(80, false, said_hello) ==
          "    0.099   0 -> Hello           122 B  version 7 \"Ethereum(++)/v0.3.10/Release…\n");
    CHECK(talk_at(200, false, said_hello) ==
          "    0.099   0 -> Hello           122 B  version 7 \"Ethereum(++)/v0.3.10/Release/Linux/g++\" port 30303\n");
    CHECK(talk_at(40, false, said_hello) == "  0 -> Hello            version 7 \"Ethe…\n");
    CHECK(talk_at(80, false, went) ==
          "    0.099   0    disconnected           127.0.0.1:30303 by them: client quitting\n");
    CHECK(talk_at(40, false, went) == "  0    disconnected     127.0.0.1:30303\n         by them: client quitting\n");
    // A problem is told in full: behind the name where it fits, else under it.
    CHECK(talk_at(80, false, odd_ping) == "    1.730   1 <- Ping             10 B\n"
                                          "                 ⚠ tolerated: rlp.non_canonical_byte at 0x0062, path [0]\n");
    CHECK(talk_at(200, false, odd_ping) ==
          "    1.730   1 <- Ping             10 B  ⚠ tolerated: rlp.non_canonical_byte at 0x0062, path [0]\n");
    CHECK(talk_at(200, false, no_frame_at_all) ==
          "    1.740   0 -> ⚠ frame.bad_token at 0x005a: 9 bytes skipped up to the next token\n");
}

TEST_CASE("talk: no width breaks the columns - with colour and without") {
    TalkLine silent = said_hello;
    silent.details.clear();
    TalkLine foreign = said_hello;
    foreign.details = "version 7 \"以太坊节点以太坊节点以太坊节点以太坊节点以太坊节点\" port 30303";
    TalkLine crowded = odd_ping;
    crowded.who = "123456";
    crowded.name = "GetTransactions";
    crowded.bytes = 16'777'216;
    for (const std::size_t width : {40u, 51u, 52u, 63u, 64u, 80u, 200u}) {
        for (const TalkLine& line : {said_hello, went, odd_ping, no_frame_at_all, silent, foreign, crowded}) {
            CAPTURE(width);
            CAPTURE(line.name);
            const std::string plain = talk_at(width, false, line);
            CHECK(without_colour(talk_at(width, true, line)) == plain);
            CHECK(talk_at(width, true, line) != plain);
            std::istringstream lines(plain);
            for (std::string one; std::getline(lines, one);) {
                CHECK(cmd::display_width(one) <= width);
                CHECK_FALSE(one.ends_with(' '));
            }
            const std::string problem = plain.substr(std::min(plain.find("⚠"), plain.size()));
            CHECK(
                std::ranges::count_if(problem, [](char c) { return c != ' ' && c != '\n'; }) ==
                std::ranges::count_if(line.problem.empty() ? "" : "⚠" + line.problem, [](char c) { return c != ' '; }));
        }
        const std::string message = talk_at(width, false, said_hello);
        const std::string event = talk_at(width, false, went);
        CHECK(message.find("version") == event.find("127.0.0.1"));
        CHECK(message.find("Hello") == event.find("disconnected"));
    }
}

TEST_CASE("columns: characters are counted as a terminal shows them") {
    CHECK(cmd::display_width("abc") == 3);
    CHECK(cmd::display_width("⚠ …") == 3);
    CHECK(cmd::display_width("以太坊") == 6);
    CHECK(cmd::display_width("e\u0301") == 1);
    CHECK(cmd::display_width("\xff\xe4") == 2); // no characters: a column each
    CHECK(cmd::shortened("abcdef", 6) == "abcdef");
    CHECK(cmd::shortened("abcdef", 5) == "abcd…");
    CHECK(cmd::shortened("以太坊节点", 6) == "以太…");
    CHECK(cmd::shortened("one two", 5) == "one…"); // no blank before it
    CHECK(cmd::wrapped("以太坊 节点", 6, 0) == "以太坊\n节点");
    CHECK(cmd::wrapped("以太坊节点", 4, 1) == "以太\n 坊\n 节\n 点");
    std::FILE* const file = std::tmpfile();
    CHECK(cmd::columns_of(file) == cmd::usual_width);
    std::fclose(file);
}

TEST_CASE("palette: every colour can be read on black and on white") {
    constexpr double least = 4.0;
    for (const cmd::Colour& colour : cmd::palette) {
        CHECK(&colour == &cmd::palette[static_cast<std::size_t>(colour.tone)]);
        if (colour.tone == cmd::Tone::plain || colour.tone == cmd::Tone::bold) { continue; }
        const std::string sgr(colour.sgr);
        CAPTURE(sgr);
        REQUIRE(sgr.starts_with("38;5;"));
        const double own = luminance(static_cast<unsigned>(std::stoul(sgr.substr(5))));
        CHECK(1.05 / (own + 0.05) >= least); // on white
        CHECK((own + 0.05) / 0.05 >= least); // on black
    }
}
