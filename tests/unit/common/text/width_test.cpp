// SPDX-License-Identifier: MIT
#include "common/text/width.hpp"

#include "common/text/utf8.hpp"

#include <doctest/doctest.h>

#include <cwchar>

TEST_CASE("columns of text, as terminals count them") {
    CHECK(text::columns(std::string_view("hello")) == 5);
    CHECK(text::columns(std::string_view("你好")) == 4);
    CHECK(text::columns(std::string_view("ﾊﾛｰ")) == 3);
    CHECK(text::columns(std::string_view("e\u0301")) == 1);
    CHECK(text::columns(std::string_view("한국")) == 4);
    CHECK(text::columns(std::string_view("\u1112\u1161\u11AB")) == 2); // the same 한 as jamo
    CHECK(text::columns(std::string_view("👩‍👩‍👧‍👦")) == 2);
    CHECK(text::columns(std::string_view("👍🏽")) == 2);
    CHECK(text::columns(std::string_view("🇩🇪")) == 2);
    CHECK(text::columns(std::string_view("")) == 0);
}

TEST_CASE("a cluster is drawn as glyphs that every terminal agrees on") {
    CHECK(text::glyphs("👩‍👧") == std::vector<text::Glyph>{{"👩", 2}});
    CHECK(text::glyphs("👍🏽") == std::vector<text::Glyph>{{"👍", 2}});
    CHECK(text::glyphs("✈\uFE0F") == std::vector<text::Glyph>{{"✈", 1}});
    CHECK(text::glyphs("🇩🇪") == std::vector<text::Glyph>{{"🇩", 1}, {"🇪", 1}});
    CHECK(text::glyphs("e\u0301\u0302") == std::vector<text::Glyph>{{"e\u0301\u0302", 1}});
    CHECK(text::glyphs("\u0301") == std::vector<text::Glyph>{{"\u25CC\u0301", 1}});
    // No tower of marks reaches the line above: four, as many as a cell holds.
    CHECK(text::glyphs("e\u0301\u0301\u0301\u0301\u0301\u0301") ==
          std::vector<text::Glyph>{{"e\u0301\u0301\u0301\u0301", 1}});
}

TEST_CASE("our widths are the C library's for what people write") {
    int different = 0;
    const auto compare = [&](char32_t first, char32_t last) {
        for (auto c = first; c <= last; ++c) {
            const int theirs = wcwidth(static_cast<wchar_t>(c));
            if (theirs >= 0 && theirs != text::columns(c)) ++different;
        }
    };
    compare(0x20, 0x7E);
    compare(0xC0, 0x24F);
    compare(0x370, 0x482);     // Greek, Cyrillic
    compare(0x5D0, 0x5EA);     // Hebrew
    compare(0x3041, 0x30FF);   // kana
    compare(0x4E00, 0x9FFF);   // Han
    compare(0xAC00, 0xD7A3);   // Hangul
    compare(0x1F600, 0x1F64F); // emoticons
    CHECK(different == 0);
}

TEST_CASE("text is cut to columns between clusters") {
    CHECK(text::cut_length_in_columns("你好吗", 5) == 6);
    CHECK(text::cut_length_in_columns("你好吗", 1) == 0);
    CHECK(text::cut_length_in_columns("abc", 2) == 2);
}
