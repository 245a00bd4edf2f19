// SPDX-License-Identifier: MIT
#include "chat/screen/cells.hpp"

#include <doctest/doctest.h>

#include <random>

using chat::Cells;

TEST_CASE("text is written in glyphs and cut at the edge between them") {
    Cells cells({1, 5});
    CHECK(cells.put(0, 0, "你好吗") == 4);
    CHECK(cells.to_text() == "你好\n");
    CHECK(cells.at(0, 1).bytes.empty());
    CHECK(cells.put(0, 3, "abc") == 5);
    CHECK(cells.to_text() == "你 ab\n");
    CHECK(cells.put(5, 0, "x") == 0);
    CHECK(cells.put(0, 9, "x") == 9);
}

TEST_CASE("half of a wide glyph never stays behind") {
    Cells cells({1, 6});
    cells.put(0, 0, "你好吗");
    cells.put(0, 1, "x");
    CHECK(cells.to_text() == " x好吗\n");
    cells.put(0, 3, "了");
    CHECK(cells.to_text() == " x 了\n");
}

TEST_CASE("whatever is written where, every row is as wide as the screen") {
    std::mt19937 random(11);
    const std::string_view texts[] = {"a", "你", "👩‍👧", "x你y", "e\u0301", "\u0301", "🇩🇪"};
    Cells cells({3, 7});
    for (int round = 0; round < 20000; ++round) {
        cells.put(static_cast<int>(random() % 5) - 1, static_cast<int>(random() % 10) - 1,
                  texts[random() % std::size(texts)], {}, static_cast<int>(random() % 9));
        for (int row = 0; row < 3; ++row) {
            int columns = 0;
            for (int column = 0; column < 7; ++column) {
                const auto& cell = cells.at(row, column);
                columns += cell.columns;
                REQUIRE(cell.bytes.empty() == (column > 0 && cells.at(row, column - 1).columns == 2));
            }
            REQUIRE(columns == 7);
        }
    }
}
