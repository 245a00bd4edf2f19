// SPDX-License-Identifier: MIT
// Screens as text.
#include "chat/screen/view.hpp"

#include "common/text/utf8.hpp"
#include "common/text/width.hpp"
#include "tests/support/room_events.hpp"
#include "tests/support/typing.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <sstream>
#include <string>

using chat::Model;
using chat::Size;

namespace {

WallTime at(int hour, int minute, int day = 20) {
    using namespace std::chrono;
    return sys_days(2026y / November / day) + hours(hour) + minutes(minute);
}

Model talk() {
    Model model;
    model.connection.host = "10.0.0.5:9000";
    model.members.own_name = "anna";
    model.apply(chat::Online{}, at(9, 58));
    model.apply(test::said("ivan", "slides are at http://10.0.0.5/slides.pdf"), at(9, 58));
    model.apply(test::said("chika", "了解、ありがとう"), at(9, 59));
    model.apply(test::shouted("fire drill at 15:00, muster aft"), at(10, 0));
    model.apply(test::joined("bob"), at(10, 1));
    model.add_own(1, wire::Say{text::Text::from_untrusted("on my way")}, at(10, 7));
    return model;
}

std::string screen(const Model& model, Size size, std::u32string_view typed = U"") {
    chat::UiState ui;
    for (const auto character : typed) test::press(ui.editor, {chat::KeyPress::Code::character, character});
    return chat::draw(model, ui, size).to_text();
}

} // namespace

TEST_CASE("the screen at 80x12") {
    CHECK("\n" + screen(talk(), {12, 80}, U"bob: I'll bring") == R"(
 10.0.0.5:9000 │ classic: not encrypted, nothing confirmed
─────────────────────── Fri 20 Nov 2026 ────────────────────────┬─ seen 4 ──────
09:58       ivan │ slides are at http://10.0.0.5/slides.pdf     │ anna (you)
09:59      chika │ 了解、ありがとう                             │ bob
10:00     !admin │ fire drill at 15:00, muster aft              │ chika
10:01        --> │ bob joined                                   │ ivan
10:07       anna │ on my way                            sending │
                                                                │
                                                                │
                                                                │
 [anna]  1 waiting
> bob: I'll bring
)");
}

TEST_CASE("the screen at 40x10 has no roster and wraps") {
    CHECK("\n" + screen(talk(), {10, 40}) == R"(
 10.0.0.5:9000 │ classic: not encrypted,
─────────── Fri 20 Nov 2026 ────────────
               │ pdf
09:59    chika │ 了解、ありがとう
10:00   !admin │ fire drill at 15:00,
               │ muster aft
10:01      --> │ bob joined
10:07     anna │ on my way       sending
 [anna]  1 waiting
>
)");
}

TEST_CASE("the smallest screen still works, and a smaller one says so") {
    auto model = talk();
    CHECK("\n" + screen(model, {4, 20}, U"hello") == R"(
 10.0.0.5:9000 │ cla
────────────────────
 [anna]  1 waiting
> hello
)");
    CHECK(screen(model, {3, 20}) == "too small\n\n\n");
    CHECK(screen(model, {1, 1}) == "t\n");
}

TEST_CASE("days are told apart") {
    auto model = talk();
    model.apply(test::said("bob", "good morning"), at(8, 1, 21));
    CHECK("\n" + screen(model, {8, 50}) == R"(
 10.0.0.5:9000 │ classic: not encrypted, nothing c
──────────────── Fri 20 Nov 2026 ─────────────────
10:01      --> │ bob joined
10:07     anna │ on my way                 sending
──────────────── Sat 21 Nov 2026 ─────────────────
08:01      bob │ good morning
 [anna]  1 waiting
>
)");
}

TEST_CASE("scrolled up it stays where it is and counts what is new below") {
    Model model;
    model.members.own_name = "anna";
    model.connection.host = "h";
    model.apply(chat::Online{}, at(10, 0));
    for (int i = 0; i < 20; ++i) model.apply(test::said("bob", "line " + std::to_string(i)), at(10, 0));
    const Size size{8, 50};
    CHECK(chat::message_rows(model, {}, size) == 4);
    model.scrollback.anchor = chat::scrolled(model, {}, size, 3);
    const auto before = screen(model, size);
    CHECK(before.find("line 13\n") != std::string::npos);
    CHECK(before.find("line 16\n") != std::string::npos);
    CHECK(before.find("line 17\n") == std::string::npos);
    model.apply(test::said("bob", "more"), at(10, 0));
    model.apply(test::said("bob", "and more"), at(10, 0));
    const auto after = screen(model, size);
    CHECK(after.find("line 16\n") != std::string::npos);
    CHECK(after.find("more") == std::string::npos);
    CHECK(after.find("2 new below (Alt-End)") != std::string::npos);

    model.scrollback.anchor = chat::scrolled(model, {}, size, 1000);
    CHECK(screen(model, size).find("line 0\n") != std::string::npos);
    model.scrollback.anchor = chat::scrolled(model, {}, size, -1000);
    CHECK_FALSE(model.scrollback.anchor);
    CHECK(screen(model, size).find("and more") != std::string::npos);
}

TEST_CASE("up and down by the same rows comes back, and the ends are the ends") {
    std::mt19937 random(9);
    Model model;
    model.members.own_name = "anna";
    model.apply(chat::Online{}, at(10, 0));
    for (int i = 0; i < 60; ++i)
        model.apply(test::said("bob", std::string(random() % 90, 'x')), at(10, 0, 20 + i / 20));
    const Size size{10, 44};
    for (int round = 0; round < 300; ++round) {
        model.scrollback.anchor = chat::scrolled(model, {}, size, 1 + static_cast<int>(random() % 30));
        const auto here = screen(model, size);
        const int step = 1 + static_cast<int>(random() % 10);
        const auto up = chat::scrolled(model, {}, size, step);
        if (!up || (up->number == model.scrollback.anchor->number &&
                    up->rows_above_end == model.scrollback.anchor->rows_above_end)) {
            model.scrollback.anchor = chat::scrolled(model, {}, size, -1000); // the top
            continue;
        }
        const bool reached_top = [&] {
            auto copy = model;
            copy.scrollback.anchor = up;
            const auto above = chat::scrolled(copy, {}, size, 1);
            return above->number == up->number && above->rows_above_end == up->rows_above_end;
        }();
        auto copy = model;
        copy.scrollback.anchor = up;
        copy.scrollback.anchor = chat::scrolled(copy, {}, size, -step);
        if (!reached_top) CHECK(screen(copy, size) == here);
    }
}

TEST_CASE("at any size and with any text every row is as wide as the screen, and nothing spins") {
    auto model = talk();
    model.apply(test::said("小明小明小明小明小明小明",
                           "👩‍👩‍👧‍👦 👍🏽 🇩🇪 e\u0301 한국어 مرحبا"),
                at(10, 8));
    model.apply(test::said("bob", std::string(3000, 'x')), at(10, 8));
    model.apply(chat::Notice{chat::Notice::From::host, "你"}, at(10, 8));
    chat::UiState ui;
    for (const auto character : U"你好 hello 你好 hello 你好 hello 👩‍👧")
        test::press(ui.editor, {chat::KeyPress::Code::character, character});
    for (int rows = 1; rows <= 30; rows += rows < 8 ? 1 : 7) {
        for (int columns = 1; columns <= 120; ++columns) {
            const auto cells = chat::draw(model, ui, {rows, columns});
            CHECK(cells.cursor_column < std::max(columns, 1));
            std::istringstream lines(cells.to_text());
            int count = 0;
            for (std::string line; std::getline(lines, line); ++count)
                REQUIRE(text::columns(std::string_view(line)) <= columns);
            CHECK(count == rows);
            model.scrollback.anchor = chat::scrolled(model, ui, {rows, columns}, 5);
        }
    }
}

namespace {

/// An encrypted room with all that a screen can show.
Model busy_room() {
    Model model;
    model.connection.host = "10.0.0.5:9000";
    model.members.own_name = "anna";
    model.scrollback.is_one_burst = [](WallTime, WallTime) { return true; };
    model.apply(chat::RoomKnown{"deck-3", "ship-srv", "K7QX", true}, at(9, 58));
    model.apply(chat::Online{}, at(9, 58));
    const auto entry = [](const char* name, bool is_classic = false, bool is_away = false,
                          bool is_gone = false) {
        return wire::RosterEntry{*text::Name::parsed(name), is_classic, is_away, is_gone};
    };
    model.apply(chat::RosterKnown{{text::Text::from_untrusted("Drill 15:00"),
                                   {entry("anna"), entry("bob"), entry("ivan", true),
                                    entry("olga", false, true), entry("zoe", false, false, true)}}},
                at(9, 58));
    return model;
}

void say(Model& model, const char* name, std::string_view text, wire::Sequence sequence = 1) {
    model.apply(
        chat::RoomEvent{{sequence,
                         {},
                         wire::Said{{}, *text::Name::parsed(name), text::Text::lines_from_untrusted(text)}}},
        at(10, 7));
}

chat::UiState typed(std::u32string_view text) {
    chat::UiState ui;
    for (const auto character : text)
        test::press(ui.editor, character == U'\n'
                                   ? chat::KeyPress{chat::KeyPress::Code::alt_enter}
                                   : chat::KeyPress{chat::KeyPress::Code::character, character});
    return ui;
}

} // namespace

TEST_CASE("mentions, several lines, crowds, unread and lines that were not sent, at 80x20") {
    auto model = busy_room();
    say(model, "bob", "two things:\n1. the printer is back\n2. use port 4242");
    model.apply(test::joined("carl"), at(10, 7));
    model.apply(test::joined("dora"), at(10, 7));
    model.apply(test::left("carl"), at(10, 7));
    model.scrollback.look(false);
    say(model, "ivan", "Anna: can you check rack 3? Annabel can't");
    say(model, "bob", "I'm with annabel");
    model.scrollback.look(true);
    model.add_own(1, wire::Say{text::Text::from_untrusted("found it")}, at(10, 8));
    model.add_own(2, wire::Say{text::Text::from_untrusted("second try")}, at(10, 8));
    model.apply(chat::LineRefused{2, "too late"}, at(10, 8));
    model.members.typists = {"ivan"};
    model.connection.round_trip = std::chrono::milliseconds(4);
    CHECK("\n" + chat::draw(model, typed(U"one\ntwo"), {20, 80}).to_text() == R"(
 deck-3 on ship-srv 10.0.0.5:9000 │ Drill 15:00 │ encrypted, with a key
─────────────────────── Fri 20 Nov 2026 ────────────────────────┬─ here 6 ──────
10:07        bob │ two things:                                  │ anna (you)
                 │ 1. the printer is back                       │ bob
                 │ 2. use port 4242                             │ dora
10:07        --> │ carl joined  (+1 joined, 1 left)             │ ivan ?
--------------------------- 2 unread ---------------------------│ olga away
10:07      >ivan │ Anna: can you check rack 3? Annabel can't    │ zoe gone?
10:07        bob │ I'm with annabel                             │
10:08       anna │ found it                             sending │
10:08       anna │ second try                NOT SENT, ^T again │
10:08      !host │ too late                                     │
                                                                │
                                                                │
                                                                │
                                                                │
                                                                │
 [anna]  1 waiting  ivan is typing                                     rtt 4 ms
> one
  two
)");
}

TEST_CASE("a large screen, 200x60, has room for all of it") {
    auto model = busy_room();
    say(model, "bob", std::string(150, 'x'));
    const auto shown = screen(model, {60, 200});
    CHECK(shown.find("│ " + std::string(150, 'x') + "               ") != std::string::npos);
    CHECK(std::count(shown.begin(), shown.end(), '\n') == 60);
}

TEST_CASE("what is typed grows to a third of the screen, and scrolls within itself") {
    const auto model = busy_room();
    auto ui = typed(U"1\n2\n3\n4\n5\n6\n7");
    auto cells = chat::draw(model, ui, {12, 40});
    CHECK(cells.to_text().ends_with("> 4\n  5\n  6\n  7\n"));
    CHECK(cells.cursor_row == 11);
    for (int i = 0; i < 6; ++i) test::press(ui.editor, {chat::KeyPress::Code::up});
    cells = chat::draw(model, ui, {12, 40});
    CHECK(cells.to_text().ends_with("> 1\n  2\n  3\n  4\n"));
    CHECK(cells.cursor_row == 8);
    // The cursor behind a full row is at the front of the next one.
    ui = typed(std::u32string(38, U'x'));
    cells = chat::draw(model, ui, {12, 40});
    CHECK(cells.cursor_row == 11);
    CHECK(cells.cursor_column == 2);
}

TEST_CASE("a paste is shown before it is said, and a search with what it has found") {
    auto model = busy_room();
    say(model, "bob", "the Printer is back");
    chat::UiState ui;
    ui.paste = chat::paste_of("first\n\tsecond\n\x1b[2Jthird");
    const auto asked = chat::draw(model, ui, {12, 60}).to_text();
    CHECK(asked.find("─ a paste of 3 lines, 23 characters ─") != std::string::npos);
    CHECK(asked.find("\n  first\n   second\n  \uFFFD[2Jthird\n") != std::string::npos);
    CHECK(asked.find("Enter says it as one message, e edits it, Esc drops it") != std::string::npos);
    ui.paste.reset();
    ui.search = chat::Search{"PRINT", 0, {}};
    const auto found = chat::find_older(model, text::folded("PRINT"), model.scrollback.lines().size());
    REQUIRE(found);
    ui.search->found = model.scrollback.lines()[*found].number;
    const auto cells = chat::draw(model, ui, {12, 60});
    CHECK(cells.to_text().ends_with("search: PRINT\n"));
    CHECK_FALSE(cells.at(2, 20).style.is_reverse);
    CHECK(cells.at(2, 21).bytes == "P");
    CHECK(cells.at(2, 21).style.is_reverse);
    CHECK(cells.at(2, 25).style.is_reverse);
    CHECK_FALSE(cells.at(2, 26).style.is_reverse);
    ui.search = chat::Search{"scanner", 0, {}};
    CHECK(chat::draw(model, ui, {12, 60}).to_text().find("not here; /history asks the host") !=
          std::string::npos);
}

TEST_CASE("completion lists what there is, with the one that stands there") {
    const auto model = busy_room();
    auto ui = typed(U"bo");
    ui.completion = chat::Completion{0, 2, {"bob: ", "bobby: ", "bonnie: "}, 1};
    CHECK(chat::draw(model, ui, {8, 40}).to_text().find("\n  bob  [bobby]  bonnie\n") != std::string::npos);
    // The chosen one is on the screen, however many there are.
    for (int i = 0; i < 60; ++i) ui.completion->candidates.push_back("candidate" + std::to_string(i) + " ");
    for (std::size_t chosen = 0; chosen < ui.completion->candidates.size(); ++chosen) {
        ui.completion->chosen = chosen;
        auto word = ui.completion->candidates[chosen];
        word = "[" + word.substr(0, word.find_last_not_of(": ") + 1) + "]";
        CHECK(chat::draw(model, ui, {8, 40}).to_text().find(word) != std::string::npos);
    }
}

TEST_CASE("the view goes to a line and to the top at once, with no row blank above") {
    auto model = busy_room();
    for (wire::Sequence i = 1; i <= 200; ++i) say(model, "bob", "line " + std::to_string(i), i);
    const Size size{14, 60};
    for (std::size_t index = 0; index < model.scrollback.lines().size(); ++index) {
        model.scrollback.anchor = chat::scrolled_to(model, {}, size, index);
        const auto shown = screen(model, size);
        CHECK(shown.find("│ " + model.scrollback.lines()[index].text + " ") != std::string::npos);
        CHECK(shown.find("│ \n") == std::string::npos);
    }
    model.scrollback.anchor = chat::scrolled_to_top(model, {}, size);
    CHECK(chat::is_at_top(model, {}, size));
    CHECK(screen(model, size).find("│ line 1 ") != std::string::npos);
    CHECK_FALSE(chat::scrolled_to_top(busy_room(), {}, size));
}

TEST_CASE("hostile text moves nothing and colours nothing") {
    auto model = busy_room();
    // Past every check, as if one had failed: cells still are one glyph each.
    model.apply(
        test::said("bob", std::string(text::Text::from_untrusted("\x1b[31m\x9b\u202Eevil\a\b\r").view())),
        at(10, 7));
    const auto cells = chat::draw(model, {}, {10, 60});
    for (int row = 0; row < 10; ++row)
        for (int column = 0; column < 60; ++column)
            for (const char byte : cells.at(row, column).bytes)
                CHECK(static_cast<unsigned char>(byte) >= 0x20);
    CHECK(cells.to_text().find("\u202E") == std::string::npos);
}

TEST_CASE("a web address that goes on in the next row leads there from both") {
    auto model = busy_room();
    const auto url = "http://10.0.0.5/" + std::string(60, 'x');
    say(model, "bob", "slides: " + url + " !");
    const auto cells = chat::draw(model, {}, {12, 60});
    REQUIRE(cells.links.size() > 1);
    std::string shown;
    for (auto link = cells.links.rbegin(); link != cells.links.rend(); ++link) { // from the lowest row up
        CHECK(link->target == url);
        for (int column = link->first; column < link->end; ++column)
            shown += cells.at(link->row, column).bytes;
    }
    CHECK(shown == url);
}

TEST_CASE("what does not fit the status line is left out as a whole") {
    auto model = talk();
    for (int i = 0; i < 20; ++i) model.apply(test::said("ivan", "more"), at(10, 8));
    model.scrollback.anchor = chat::Scrollback::Anchor{model.scrollback.lines().front().number, 0,
                                                       model.scrollback.newest_number()};
    model.apply(test::said("ivan", "below"), at(10, 9));
    model.apply(chat::LineSent{1}, at(10, 9));
    model.apply(chat::RoundTrip{std::chrono::milliseconds(20)}, at(10, 9));
    const auto status = [&](int columns) {
        std::istringstream rows(screen(model, {10, columns}));
        std::string row;
        for (int i = 0; i < 9; ++i) std::getline(rows, row);
        return row;
    };
    CHECK(status(60).starts_with(" [anna]  1 new below (Alt-End)  "));
    CHECK(status(60).ends_with("  rtt 20 ms"));
    CHECK(status(40) == " [anna]  1 new below (Alt-End)");
    CHECK(status(24) == " [anna]       rtt 20 ms");
}

TEST_CASE("who is away is the user still") {
    auto model = talk();
    model.members.own_name = "bob";
    model.apply(chat::RosterKnown{{{}, {{*text::Name::parsed("bob"), false, true, false, {}}}}}, at(10, 8));
    CHECK(screen(model, {12, 80}).find("│ bob away (you)") != std::string::npos);
}
