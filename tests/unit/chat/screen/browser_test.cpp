// SPDX-License-Identifier: MIT
#include "chat/screen/browser.hpp"

#include "chat/screen/view.hpp"
#include "tests/support/room_events.hpp"

#include <doctest/doctest.h>

#include <string>

using chat::Browser;
using chat::KeyPress;
using Code = KeyPress::Code;

namespace {

constexpr chat::Size size{10, 60};

/// A hundred lines of bob's; every tenth mentions ann.
struct Room {
    Room() {
        model.members.own_name = "ann";
        model.apply(chat::Online{}, {});
        for (int i = 0; i < 100; ++i)
            model.apply(test::said("bob", "line " + std::to_string(i) + (i % 10 == 0 ? " for ann" : "")), {});
    }
    std::string shown() { return chat::draw(model, ui, size).to_text(); }
    bool shows(const std::string& text) { return shown().find(text) != std::string::npos; }
    bool search(const KeyPress& key) { return browser.search(chat::usual_action(key), key, size); }
    void press(Code code, char32_t character = 0) { REQUIRE(search({code, character})); }
    void type(std::u32string_view text) {
        for (const auto character : text) press(Code::character, character);
    }

    chat::Model model;
    chat::UiState ui;
    Browser browser{model, ui};
};

} // namespace

TEST_CASE("mentions, one after the other, to the oldest and back to the newest line") {
    Room room;
    for (const auto* line : {"line 90 ", "line 80 ", "line 70 "}) {
        CHECK(room.browser.go_to_mention(true, size));
        CHECK(room.shows(line));
        CHECK_FALSE(room.shows("line 99"));
    }
    CHECK(room.browser.go_to_mention(false, size));
    CHECK(room.shows("line 80 "));
    CHECK(room.browser.go_to_mention(false, size));
    CHECK(room.browser.go_to_mention(false, size)); // past the last
    CHECK(room.shows("line 99"));
    CHECK(room.browser.go_to_mention(true, size));
    CHECK(room.shows("line 90 "));
    chat::Model empty;
    CHECK_FALSE(Browser(empty, room.ui).go_to_mention(true, size));
}

TEST_CASE("a search follows what is typed, goes on to either side, and ends where it is or where it began") {
    Room room;
    room.browser.begin_search({}, size);
    room.type(U"line 4");
    CHECK(room.shows("line 49"));
    room.type(U"2");
    CHECK(room.shows("line 42"));
    room.press(Code::backspace);
    room.press(Code::up);
    CHECK(room.model.scrollback.lines()[room.model.scrollback.index_of(room.ui.search->found)].text ==
          "line 41");
    room.press(Code::down);
    CHECK(room.model.scrollback.lines()[room.model.scrollback.index_of(room.ui.search->found)].text ==
          "line 42");
    SUBCASE("Enter stays") {
        room.press(Code::enter);
        CHECK_FALSE(room.ui.search);
        CHECK(room.shows("line 42"));
    }
    SUBCASE("Esc goes back") {
        room.press(Code::escape);
        CHECK_FALSE(room.ui.search);
        CHECK(room.shows("line 99"));
    }
    SUBCASE("a key that means something itself ends it, and is the caller's") {
        CHECK_FALSE(room.search({Code::page_up}));
        CHECK_FALSE(room.ui.search);
        CHECK(room.shows("line 42"));
    }
    SUBCASE("a key with Ctrl that means nothing to a search leaves it, and is not done") {
        for (const char32_t letter : std::u32string_view(U"abdefkloqtuvwxyz")) {
            CHECK(room.search({Code::control, letter}));
            REQUIRE(room.ui.search);
        }
        CHECK(room.ui.search->query == "line 4");
        CHECK(room.shows("line 42"));
    }
    SUBCASE("any other key ends it, and is the caller's, even if it does nothing") {
        for (const auto& key :
             {KeyPress{Code::alt, U'q'}, KeyPress{Code::alt, U'b'}, KeyPress{Code::alt_backspace},
              KeyPress{Code::home}, KeyPress{Code::left}, KeyPress{Code::del}, KeyPress{Code::tab}}) {
            CHECK_FALSE(room.search(key));
            CHECK_FALSE(room.ui.search);
            CHECK(room.shows("line 42"));
            room.browser.begin_search("line 42", size);
        }
    }
    SUBCASE("what is not there changes nothing but the words") {
        room.type(U"xyz");
        CHECK(room.ui.search->found == 0);
        for (int i = 0; i < 9; ++i) room.press(Code::backspace);
        CHECK(room.shows("line 99")); // nothing is looked for
    }
}

TEST_CASE("pages stop at both ends, and the unread mark is found from anywhere") {
    Room room;
    CHECK_FALSE(room.browser.go_to_unread(size));
    room.model.scrollback.look(false);
    room.model.apply(test::said("bob", "unread"), {});
    room.model.scrollback.look(true);
    room.browser.scroll_to_top(size);
    CHECK(room.shows("line 0 "));
    room.browser.scroll(1000, size);
    CHECK(room.shows("line 0 "));
    CHECK(room.browser.go_to_unread(size));
    CHECK(room.shows("1 unread"));
    room.browser.scroll(-1000, size);
    CHECK(room.shows("unread"));
    CHECK_FALSE(room.model.scrollback.anchor);
}
