// SPDX-License-Identifier: MIT
#include "common/text/utf8.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>

using namespace std::string_literals;
using namespace std::string_view_literals;

namespace {

std::string shown(std::string_view bytes) {
    return std::string(text::Text::from_untrusted(bytes).view());
}

} // namespace

TEST_CASE("plain text passes as it is, in any script") {
    for (const auto text :
         {"hello", "了解、ありがとう", "Ünïcödé", "مرحبا",
          "👩‍👩‍👧‍👦 👍🏽 🇩🇪 ✈️", "x̂ हिन्दी", "می‌خواهم"})
        CHECK(shown(text) == text);
}

TEST_CASE("no control character passes") {
    for (int byte = 0; byte < 0x20; ++byte) {
        const auto text = shown("a"s + static_cast<char>(byte) + "b");
        CHECK(text.find(static_cast<char>(byte)) == std::string::npos);
    }
    CHECK(shown("a\x1b[31mb") == "a\uFFFD[31mb");
    CHECK(shown("a\x7f"
                "b") == "a\uFFFDb");
    CHECK(shown("a\u009b31mb") == "a\uFFFD31mb"); // C1 CSI
    CHECK(shown("a\0b"sv) == "a\uFFFDb");
}

TEST_CASE("line breaks of every kind become one space") {
    for (const auto text :
         {"a\nb", "a\rb", "a\r\nb", "a\vb", "a\fb", "a\u0085b", "a\u2028b", "a\u2029b", "a\tb"})
        CHECK(shown(text) == "a b");
    CHECK(shown("a\n\nb") == "a  b");
}

TEST_CASE("bidirectional controls and invisible characters are gone") {
    CHECK(shown("a\u202Eb\u202C") == "ab");
    CHECK(shown("a\u2066b\u2069\u200F\u061C") == "ab");
    CHECK(shown("a\u200Bb\u2060c\uFEFFd\u00ADe\u3164f\U000E0041g") == "abcdefg");
}

TEST_CASE("malformed bytes are replaced, one mark for a maximal subpart") {
    CHECK(shown("a\xFF"
                "b") == "a\uFFFDb");
    CHECK(shown("a\xE2\x82"
                "b") == "a\uFFFDb");
    CHECK(shown("\xC0\xAF") == "\uFFFD\uFFFD");           // overlong
    CHECK(shown("\xED\xA0\x80") == "\uFFFD\uFFFD\uFFFD"); // surrogate
    CHECK(shown("\xF4\x90\x80\x80") == "\uFFFD\uFFFD\uFFFD\uFFFD");
    CHECK(shown("\xEF\xBF\xBE") == "\uFFFD"); // a noncharacter
}

TEST_CASE("white space and padding behind a text are cut off, in front they stay") {
    CHECK(shown("  a  ") == "  a");
    CHECK(shown("a\n") == "a");
    CHECK(shown("a\0\0\0"sv) == "a");
    CHECK(shown("a\r\n\0\0"sv) == "a");
    CHECK(shown(" \n\t ") == "");
    CHECK(shown("a\u3000") == "a");
}

TEST_CASE("what is displayable stays as it is, whatever bytes it came from") {
    std::mt19937 random(1);
    for (int round = 0; round < 20000; ++round) {
        std::string bytes(random() % 24, '\0');
        for (auto& byte : bytes) byte = static_cast<char>(random() % 3 == 0 ? 0xE2 - random() % 4 : random());
        const auto once = text::Text::from_untrusted(bytes);
        CHECK(text::is_valid_utf8(once.view()));
        CHECK(text::Text::from_untrusted(once.view()) == once);
        CHECK(once.view().size() <= 3 * bytes.size());
    }
}

TEST_CASE("text is cut between grapheme clusters") {
    CHECK(text::cut_length("hello", 3) == 3);
    CHECK(text::cut_length("hello", 10) == 5);
    CHECK(text::cut_length("ab你", 4) == 2);
    CHECK(text::cut_length("ab👩‍👧", 8) == 2);
    CHECK(text::cut_length("e\u0301x", 2) == 1); // one cluster that does not fit: between code points
    CHECK(text::cut_length("", 4) == 0);
    CHECK(text::graphemes("a👩‍👧e\u0301🇩🇪") ==
          std::vector<std::string_view>{"a", "👩‍👧", "e\u0301", "🇩🇪"});
    // A cluster that is larger than any datagram still comes out in parts.
    std::string tower = "e";
    for (int i = 0; i < 3000; ++i) tower += "\u0301";
    std::size_t done = 0;
    while (done < tower.size()) {
        const auto length = text::cut_length(std::string_view(tower).substr(done), 1000);
        REQUIRE(length > 0);
        REQUIRE(length <= 1000);
        CHECK(text::is_valid_utf8(std::string_view(tower).substr(done, length)));
        done += length;
    }
}

TEST_CASE("a log line cannot be forged or coloured") {
    CHECK(text::escaped("bob") == "bob");
    CHECK(text::escaped("a\nb\x1b[0m") == "a\\x0ab\\x1b[0m");
    CHECK(text::escaped("a\\x0a") == "a\\x5cx0a");
    CHECK(text::escaped("\u202E") == "\\xe2\\x80\\xae");
    CHECK(text::escaped("\xFF你") == "\\xff你");
}

TEST_CASE("text on several lines keeps their breaks, and nothing else that moves a cursor") {
    const auto lines = [](std::string_view bytes) {
        return std::string(text::Text::lines_from_untrusted(bytes).view());
    };
    CHECK(lines("a\nb\r\nc\rd") == "a\nb\nc\nd");
    CHECK(lines("\n\n a \n\n b\n\n") == " a\n\n b");
    CHECK(lines("a\x1b[2J\nb") == "a\uFFFD[2J\nb");
    CHECK(lines("") == "");
    CHECK(lines("\n") == "");
    CHECK(text::lines_of(lines(std::string(300, '\n') + "x")).size() == 1);
    std::string many;
    for (int i = 0; i < 300; ++i) many += "x\n";
    CHECK(text::lines_of(lines(many)).size() == text::Text::max_lines);
    CHECK(text::lines_of("a\n\nb") == std::vector<std::string_view>{"a", "", "b"});
}

TEST_CASE("marks are put in their order, but not thousands of them in a row") {
    const auto repeated = [](std::string_view mark, int times) {
        std::string marks;
        for (int i = 0; i < times; ++i) marks += mark;
        return marks;
    };
    const auto above = "\u0300"s;
    const auto through = "\u0334"s; // stands before it in NFC
    CHECK(text::normalized("a" + repeated("\u0316", 3) + through) == "a" + through + repeated("\u0316", 3));
    CHECK(text::folded("A" + repeated("\u0316", 29) + through) == "a" + through + repeated("\u0316", 29));
    // Where that would take a time that grows with their square, none goes far.
    const auto many = text::normalized("b" + repeated(above, 4000) + through);
    CHECK(many.size() == 1 + 4001 * through.size());
    CHECK(many.find(through) > 1 + 3900 * above.size());
    CHECK(text::normalized("e\u0301" + repeated("b\u0316", 100)) == "\u00e9" + repeated("b\u0316", 100));
}
