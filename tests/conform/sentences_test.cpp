#include "conform/sentences.hpp"

#include <doctest/doctest.h>

using namespace ethpoc::conform;

TEST_CASE("sentences: every case cites one, at its level") {
    CHECK(sentences().size() > 250);
    for (const Case& test : cases()) {
        CAPTURE(std::string(test.id));
        const Sentence* const sentence = find_sentence(test.sentence);
        REQUIRE(sentence != nullptr);
        CHECK(sentence->section == test.section());
        CHECK(sentence->level == test.level);
        CHECK(find_section(sentence->section) != nullptr);
    }
}

TEST_CASE("sentences: text, level and sources are apart, on one line") {
    const Sentence* const first = find_sentence("1.2.1");
    REQUIRE(first != nullptr);
    CHECK(first->level == Level::must);
    CHECK(first->text ==
          "A frame is the token, the length and as many bytes of payload as the length says; a whole frame is "
          "handled without waiting for anything behind it.");
    CHECK(first->sources == "W, C, G, P, J");
    // Brackets inside of a sentence are its own.
    const Sentence* const other = find_sentence("2.12.2");
    REQUIRE(other != nullptr);
    CHECK(other->text.ends_with("ej-dec14)."));
    CHECK(other->sources == "O1, O2, O3a");
    for (const Sentence& sentence : sentences()) {
        CAPTURE(sentence.number);
        CHECK(sentence.text.find('\n') == std::string::npos);
        CHECK(sentence.text.find("  ") == std::string::npos);
        CHECK(sentence.text.ends_with('.'));
        CHECK_FALSE(sentence.sources.empty());
    }
}

TEST_CASE("sentences: sections have titles, and none is without sentences") {
    REQUIRE(find_section("1.2") != nullptr);
    CHECK(find_section("1.2")->title == "Packet");
    CHECK(find_section("V")->title == "Versions");
    CHECK(find_section("2.1")->title == "Hello (00)");
    CHECK(find_section("What") == nullptr);
    for (const Section& section : sections()) {
        CAPTURE(section.number);
        bool used = false;
        for (const Sentence& sentence : sentences()) {
            used = used || sentence.section == section.number;
        }
        CHECK(used);
    }
    CHECK(find_sentence("9.9.9") == nullptr);
    CHECK(find_sentence("") == nullptr);
    for (const Level level : {Level::must, Level::should, Level::info}) {
        CHECK(level_named(name_of(level)) == level);
    }
    CHECK_FALSE(level_named("must"));
}
