// SPDX-License-Identifier: MIT
#include "chat/text/wrap.hpp"

#include "common/text/utf8.hpp"
#include "common/text/width.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>

using Rows = std::vector<std::string_view>;

TEST_CASE("words stay whole where they can") {
    CHECK(chat::wrap("the quick brown fox", 9) == Rows{"the quick", "brown fox"});
    CHECK(chat::wrap("the quick brown fox", 10) == Rows{"the quick", "brown fox"});
    CHECK(chat::wrap("a verylongword b", 6) == Rows{"a", "verylo", "ngword", "b"});
    CHECK(chat::wrap("", 10) == Rows{""});
    CHECK(chat::wrap("exact fit", 9) == Rows{"exact fit"});
    CHECK(chat::wrap("  indented", 20) == Rows{"  indented"});
}

TEST_CASE("East Asian text breaks anywhere, a wide glyph never in its middle") {
    CHECK(chat::wrap("了解ありがとう", 5) == Rows{"了解", "あり", "がと", "う"});
    CHECK(chat::wrap("abc你好", 4) == Rows{"abc", "你好"});
}

TEST_CASE("a glyph wider than the row stands by itself and does not spin") {
    CHECK(chat::wrap("你好", 1) == Rows{"你", "好"});
    CHECK(chat::wrap("a你b", 1) == Rows{"a", "你", "b"});
    CHECK(chat::wrap("abc", 0) == Rows{"a", "b", "c"});
}

TEST_CASE("rows fit, and nothing but white space at breaks is lost") {
    std::mt19937 random(5);
    const std::string_view pieces[] = {"a",           "bc",      " ",          "  ", "你",
                                       "👩‍👧", "e\u0301", "longerword", "🇩🇪"};
    for (int round = 0; round < 5000; ++round) {
        std::string text;
        for (auto count = random() % 20; count > 0; --count) text += pieces[random() % std::size(pieces)];
        const int columns = 1 + static_cast<int>(random() % 12);
        std::string joined;
        const auto rows = chat::wrap(text, columns);
        REQUIRE_FALSE(rows.empty());
        for (const auto row : rows) {
            joined += row;
            if (text::graphemes(row).size() > 1 && row.back() != ' ') CHECK(text::columns(row) <= columns);
        }
        const auto without_spaces = [](std::string bytes) {
            std::erase(bytes, ' ');
            return bytes;
        };
        CHECK(without_spaces(joined) == without_spaces(text));
    }
}
