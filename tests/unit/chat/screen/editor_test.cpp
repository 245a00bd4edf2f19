// SPDX-License-Identifier: MIT
#include "chat/screen/editor.hpp"

#include "common/text/utf8.hpp"
#include "tests/support/typing.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>

using chat::Editor;
using chat::KeyPress;
using Code = chat::KeyPress::Code;

namespace {

void type(Editor& editor, std::u32string_view text) {
    for (const auto character : text) test::press(editor, {Code::character, character});
}

void control(Editor& editor, char32_t letter) {
    test::press(editor, {Code::control, letter});
}

/// The text with the cursor in it.
std::string state(const Editor& editor) {
    std::string text(editor.text());
    return text.insert(editor.cursor(), "|");
}

} // namespace

TEST_CASE("typing, moving and deleting go by grapheme clusters") {
    Editor editor;
    type(editor, U"ae\u0301你👩\u200D👧");
    CHECK(state(editor) == "ae\u0301你👩‍👧|");
    test::press(editor, {Code::left});
    CHECK(state(editor) == "ae\u0301你|👩‍👧");
    test::press(editor, {Code::backspace});
    CHECK(state(editor) == "ae\u0301|👩‍👧");
    test::press(editor, {Code::backspace});
    CHECK(state(editor) == "a|👩‍👧");
    test::press(editor, {Code::del});
    CHECK(state(editor) == "a|");
    test::press(editor, {Code::home});
    type(editor, U"x");
    CHECK(state(editor) == "x|a");
    test::press(editor, {Code::end});
    CHECK(state(editor) == "xa|");
}

TEST_CASE("words are jumped, killed and yanked") {
    Editor editor;
    type(editor, U"one two  three");
    test::press(editor, {Code::alt, U'b'});
    CHECK(state(editor) == "one two  |three");
    control(editor, U'w');
    CHECK(state(editor) == "one |three");
    control(editor, U'y');
    CHECK(state(editor) == "one two  |three");
    control(editor, U'u');
    CHECK(state(editor) == "|three");
    control(editor, U'k');
    CHECK(state(editor) == "|");
    control(editor, U'y');
    control(editor, U'a');
    test::press(editor, {Code::alt, U'd'});
    CHECK(state(editor) == "|");
    control(editor, U'y');
    test::press(editor, {Code::alt, U'b'});
    test::press(editor, {Code::alt, U'f'});
    CHECK(state(editor) == "three|");
}

TEST_CASE("control characters cannot be typed into a line") {
    Editor editor;
    for (const char32_t character : {0x0, 0x1B, 0x9B, 0x7F, 0xD800, 0x110000})
        CHECK(test::press(editor, {Code::character, character}) == Editor::Outcome::ignored);
    CHECK(editor.text().empty());
}

TEST_CASE("the history keeps lines, and what was being typed") {
    Editor editor;
    for (const auto* line : {U"first", U"second", U"second"}) {
        type(editor, line);
        editor.take_line();
    }
    type(editor, U"unfin");
    test::press(editor, {Code::up});
    CHECK(state(editor) == "second|");
    test::press(editor, {Code::up});
    CHECK(state(editor) == "first|");
    test::press(editor, {Code::up});
    CHECK(state(editor) == "first|");
    test::press(editor, {Code::down});
    test::press(editor, {Code::down});
    CHECK(state(editor) == "unfin|");
    test::press(editor, {Code::down});
    CHECK(state(editor) == "unfin|");
}

TEST_CASE("a line has an end") {
    Editor editor;
    for (std::size_t i = 0; i < Editor::max_bytes + 100; ++i) test::press(editor, {Code::character, U'x'});
    CHECK(editor.text().size() == Editor::max_bytes);
    CHECK(editor.take_line().size() == Editor::max_bytes);
    CHECK(editor.text().empty());
}

TEST_CASE("whatever keys come, the text is valid and the cursor between clusters") {
    std::mt19937 random(3);
    Editor editor;
    const char32_t characters[] = {U'a', U' ', U'你', 0x301, 0x200D, U'👩', 0x1F1E9, 0xFE0F, U'한'};
    for (int round = 0; round < 20000; ++round) {
        const auto choice = random() % 30;
        if (choice < 12)
            test::press(editor, {Code::character, characters[random() % std::size(characters)]});
        else if (choice < 18)
            test::press(editor, {Code::control, U"abefdwukyz"[random() % 10]});
        else if (choice < 20)
            test::press(editor, {Code::alt, U"bfd"[random() % 3]});
        else if (choice == 20)
            editor.take_line();
        else
            test::press(editor, {static_cast<Code>(random() % 18), U'a'});
        REQUIRE(text::is_valid_utf8(editor.text()));
        std::size_t boundary = 0;
        for (const auto cluster : text::graphemes(editor.text())) {
            if (boundary >= editor.cursor()) break;
            boundary += cluster.size();
        }
        REQUIRE(boundary == editor.cursor());
    }
}

TEST_CASE("several lines are edited as such") {
    Editor editor;
    type(editor, U"one");
    test::press(editor, {Code::alt_enter});
    type(editor, U"twenty");
    test::press(editor, {Code::up});
    CHECK(state(editor) == "one|\ntwenty");
    test::press(editor, {Code::home});
    test::press(editor, {Code::down});
    CHECK(state(editor) == "one\n|twenty");
    control(editor, U'k');
    CHECK(state(editor) == "one\n|");
    test::press(editor, {Code::backspace});
    CHECK(state(editor) == "one|");
    editor.insert("\n你好\nthree");
    test::press(editor, {Code::up});
    CHECK(state(editor) == "one\n你好|\nthree");
    control(editor, U'u');
    CHECK(state(editor) == "one\n|\nthree");
    editor.replace(0, 3, "bob: ");
    CHECK(state(editor) == "bob: |\n\nthree");
    CHECK(editor.take_line() == "bob: \n\nthree");
    test::press(editor, {Code::up});
    CHECK(editor.text() == "bob: \n\nthree");
    test::press(editor, {Code::up});
    test::press(editor, {Code::up});
    test::press(editor, {Code::down});
    CHECK(editor.text() == "bob: \n\nthree");
    editor.remember({"older", "newer"});
    editor.clear();
    test::press(editor, {Code::up});
    CHECK(editor.text() == "newer");
}
