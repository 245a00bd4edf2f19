// SPDX-License-Identifier: MIT
#include "chat/screen/editor.hpp"

#include "common/text/utf8.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>

using chat::Editor;
using chat::KeyPress;
using Code = chat::KeyPress::Code;

namespace {

void type(Editor& editor, std::u32string_view text) {
    for (const auto character : text) editor.handle({Code::character, character});
}

void control(Editor& editor, char32_t letter) {
    editor.handle({Code::control, letter});
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
    editor.handle({Code::left});
    CHECK(state(editor) == "ae\u0301你|👩‍👧");
    editor.handle({Code::backspace});
    CHECK(state(editor) == "ae\u0301|👩‍👧");
    editor.handle({Code::backspace});
    CHECK(state(editor) == "a|👩‍👧");
    editor.handle({Code::del});
    CHECK(state(editor) == "a|");
    editor.handle({Code::home});
    type(editor, U"x");
    CHECK(state(editor) == "x|a");
    editor.handle({Code::end});
    CHECK(state(editor) == "xa|");
}

TEST_CASE("words are jumped, killed and yanked") {
    Editor editor;
    type(editor, U"one two  three");
    editor.handle({Code::alt, U'b'});
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
    editor.handle({Code::alt, U'd'});
    CHECK(state(editor) == "|");
    control(editor, U'y');
    editor.handle({Code::alt, U'b'});
    editor.handle({Code::alt, U'f'});
    CHECK(state(editor) == "three|");
}

TEST_CASE("control characters cannot be typed into a line") {
    Editor editor;
    for (const char32_t character : {0x0, 0x1B, 0x9B, 0x7F, 0xD800, 0x110000})
        CHECK(editor.handle({Code::character, character}) == Editor::Outcome::ignored);
    CHECK(editor.text().empty());
}

TEST_CASE("the history keeps lines, and what was being typed") {
    Editor editor;
    for (const auto* line : {U"first", U"second", U"second"}) {
        type(editor, line);
        CHECK(editor.handle({Code::enter}) == Editor::Outcome::finished);
        editor.take_line();
    }
    type(editor, U"unfin");
    editor.handle({Code::up});
    CHECK(state(editor) == "second|");
    editor.handle({Code::up});
    CHECK(state(editor) == "first|");
    editor.handle({Code::up});
    CHECK(state(editor) == "first|");
    editor.handle({Code::down});
    editor.handle({Code::down});
    CHECK(state(editor) == "unfin|");
    editor.handle({Code::down});
    CHECK(state(editor) == "unfin|");
}

TEST_CASE("a line has an end") {
    Editor editor;
    for (std::size_t i = 0; i < Editor::max_bytes + 100; ++i) editor.handle({Code::character, U'x'});
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
            editor.handle({Code::character, characters[random() % std::size(characters)]});
        else if (choice < 18)
            editor.handle({Code::control, U"abefdwukyz"[random() % 10]});
        else if (choice < 20)
            editor.handle({Code::alt, U"bfd"[random() % 3]});
        else if (choice == 20)
            editor.take_line();
        else
            editor.handle({static_cast<Code>(random() % 18), U'a'});
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
    editor.handle({Code::alt_enter});
    type(editor, U"twenty");
    editor.handle({Code::up});
    CHECK(state(editor) == "one|\ntwenty");
    editor.handle({Code::home});
    editor.handle({Code::down});
    CHECK(state(editor) == "one\n|twenty");
    control(editor, U'k');
    CHECK(state(editor) == "one\n|");
    editor.handle({Code::backspace});
    CHECK(state(editor) == "one|");
    editor.insert("\n你好\nthree");
    editor.handle({Code::up});
    CHECK(state(editor) == "one\n你好|\nthree");
    control(editor, U'u');
    CHECK(state(editor) == "one\n|\nthree");
    editor.replace(0, 3, "bob: ");
    CHECK(state(editor) == "bob: |\n\nthree");
    CHECK(editor.take_line() == "bob: \n\nthree");
    editor.handle({Code::up});
    CHECK(editor.text() == "bob: \n\nthree");
    editor.handle({Code::up});
    editor.handle({Code::up});
    editor.handle({Code::down});
    CHECK(editor.text() == "bob: \n\nthree");
    editor.remember({"older", "newer"});
    editor.clear();
    editor.handle({Code::up});
    CHECK(editor.text() == "newer");
}
