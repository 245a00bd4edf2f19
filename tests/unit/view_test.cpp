// SPDX-License-Identifier: MIT
// Screens as text.
#include "chat/view.hpp"

#include "common/text/width.hpp"

#include <doctest/doctest.h>

#include <random>
#include <sstream>
#include <string>

using chat::Model;
using chat::Size;
namespace classic = wire::classic;

namespace {

std::tm at(int hour, int minute, int day = 20) {
    std::tm time{};
    time.tm_year = 126;
    time.tm_mon = 10;
    time.tm_mday = day;
    time.tm_hour = hour;
    time.tm_min = minute;
    std::mktime(&time);
    return time;
}

Model talk() {
    Model model;
    model.host = "10.0.0.5:9000";
    model.name = "anna";
    model.apply(chat::Online{}, at(9, 58));
    model.apply(classic::ChatLine{"ivan", "slides are at http://10.0.0.5/slides.pdf"}, at(9, 58));
    model.apply(classic::ChatLine{"chika", "了解、ありがとう"}, at(9, 59));
    model.apply(classic::AdminLine{"fire drill at 15:00, muster aft"}, at(10, 0));
    model.apply(classic::JoinNotice{"bob"}, at(10, 1));
    model.add_own(1, "on my way", at(10, 7));
    return model;
}

std::string screen(const Model& model, Size size, std::u32string_view typed = U"") {
    chat::Editor editor;
    for (const auto character : typed) editor.handle({chat::Key::Code::character, character});
    return chat::draw(model, editor, size).to_text();
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
    model.apply(classic::ChatLine{"bob", "good morning"}, at(8, 1, 21));
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
    model.name = "anna";
    model.host = "h";
    model.apply(chat::Online{}, at(10, 0));
    for (int i = 0; i < 20; ++i)
        model.apply(classic::ChatLine{"bob", "line " + std::to_string(i)}, at(10, 0));
    const Size size{8, 50};
    CHECK(chat::message_rows(size) == 4);
    model.anchor = chat::scrolled(model, size, 3);
    const auto before = screen(model, size);
    CHECK(before.find("line 13\n") != std::string::npos);
    CHECK(before.find("line 16\n") != std::string::npos);
    CHECK(before.find("line 17\n") == std::string::npos);
    model.apply(classic::ChatLine{"bob", "more"}, at(10, 0));
    model.apply(classic::ChatLine{"bob", "and more"}, at(10, 0));
    const auto after = screen(model, size);
    CHECK(after.find("line 16\n") != std::string::npos);
    CHECK(after.find("more") == std::string::npos);
    CHECK(after.find("2 new below (Alt-End)") != std::string::npos);

    model.anchor = chat::scrolled(model, size, 1000);
    CHECK(screen(model, size).find("line 0\n") != std::string::npos);
    model.anchor = chat::scrolled(model, size, -1000);
    CHECK_FALSE(model.anchor);
    CHECK(screen(model, size).find("and more") != std::string::npos);
}

TEST_CASE("up and down by the same rows comes back, and the ends are the ends") {
    std::mt19937 random(9);
    Model model;
    model.name = "anna";
    model.apply(chat::Online{}, at(10, 0));
    for (int i = 0; i < 60; ++i)
        model.apply(classic::ChatLine{"bob", std::string(random() % 90, 'x')}, at(10, 0, 20 + i / 20));
    const Size size{10, 44};
    for (int round = 0; round < 300; ++round) {
        model.anchor = chat::scrolled(model, size, 1 + static_cast<int>(random() % 30));
        const auto here = screen(model, size);
        const int step = 1 + static_cast<int>(random() % 10);
        const auto up = chat::scrolled(model, size, step);
        if (!up ||
            (up->number == model.anchor->number && up->rows_above_end == model.anchor->rows_above_end)) {
            model.anchor = chat::scrolled(model, size, -1000); // the top
            continue;
        }
        const bool reached_top = [&] {
            auto copy = model;
            copy.anchor = up;
            const auto above = chat::scrolled(copy, size, 1);
            return above->number == up->number && above->rows_above_end == up->rows_above_end;
        }();
        auto copy = model;
        copy.anchor = up;
        copy.anchor = chat::scrolled(copy, size, -step);
        if (!reached_top) CHECK(screen(copy, size) == here);
    }
}

TEST_CASE("at any size and with any text every row is as wide as the screen, and nothing spins") {
    auto model = talk();
    model.apply(classic::ChatLine{"小明小明小明小明小明小明",
                                  "👩‍👩‍👧‍👦 👍🏽 🇩🇪 e\u0301 한국어 مرحبا"},
                at(10, 8));
    model.apply(classic::ChatLine{"bob", std::string(3000, 'x')}, at(10, 8));
    model.apply(classic::HostLine{"你"}, at(10, 8));
    chat::Editor editor;
    for (const auto character : U"你好 hello 你好 hello 你好 hello 👩‍👧")
        editor.handle({chat::Key::Code::character, character});
    for (int rows = 1; rows <= 30; rows += rows < 8 ? 1 : 7) {
        for (int columns = 1; columns <= 120; ++columns) {
            const auto cells = chat::draw(model, editor, {rows, columns});
            CHECK(cells.cursor_column < std::max(columns, 1));
            std::istringstream lines(cells.to_text());
            int count = 0;
            for (std::string line; std::getline(lines, line); ++count)
                REQUIRE(text::columns(std::string_view(line)) <= columns);
            CHECK(count == rows);
            model.anchor = chat::scrolled(model, {rows, columns}, 5);
        }
    }
}
